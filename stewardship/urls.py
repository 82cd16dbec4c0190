"""The addresses that people share with each other; lists and tables live below /admin/."""

from __future__ import annotations

from django.urls import path

from stewardship.screens import again_page, decision_page, explain_page, home_page, relationships_page

urlpatterns = [
    path("", home_page.home, name="home"),
    path("live.json", home_page.live, name="live"),
    path("decide", decision_page.decide, name="decide"),
    path("relate", relationships_page.say, name="relate"),
    path("relationship-problems", relationships_page.wrong, name="relationship-problems"),
    path("again", again_page.again, name="again"),
    path("golden/<str:code>", explain_page.golden, name="golden-page"),
    path(
        "explain/<str:source>/<str:object_type>/<str:key>/<str:source_2>/<str:object_type_2>/<str:key_2>",
        explain_page.explain,
        name="explain",
    ),
]
