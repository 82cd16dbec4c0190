"""$metadata: the EDMX document of a service, generated from its entity types."""

from collections.abc import Iterator, Mapping
from xml.sax.saxutils import quoteattr

from mdm.sandbox.platforms.odata.model import EDM_TYPES, EntityType, Navigation

EDMX = "http://schemas.microsoft.com/ado/2007/06/edmx"
METADATA = "http://schemas.microsoft.com/ado/2007/08/dataservices/metadata"
EDM = "http://schemas.microsoft.com/ado/2008/09/edm"
SAP = "http://www.sap.com/Protocols/SAPData"


def metadata_document(service: str, sets: Mapping[str, EntityType]) -> str:
    """Return the service's EDMX: entity types, associations, one container."""
    links = [(entity, navigation) for entity in sets.values() for navigation in entity.navigations.values()]
    types = "".join(_entity_type(service, entity) for entity in sets.values())
    associations = "".join(_association(service, sets, entity, navigation) for entity, navigation in links)
    members = "".join(
        f'<EntitySet Name="{entity.name}" EntityType="{service}.{entity.type_name}"'
        f' sap:creatable="{_flag(entity.creatable)}" sap:deletable="{_flag(entity.deletable)}"/>'
        for entity in sets.values()
    )
    return (
        '<?xml version="1.0" encoding="utf-8"?>'
        f'<edmx:Edmx Version="1.0" xmlns:edmx="{EDMX}" xmlns:m="{METADATA}" xmlns:sap="{SAP}">'
        f'<edmx:DataServices m:DataServiceVersion="2.0"><Schema Namespace="{service}" xmlns="{EDM}">'
        f'{types}{associations}<EntityContainer Name="{service}_Entities" m:IsDefaultEntityContainer="true">'
        f"{members}</EntityContainer></Schema></edmx:DataServices></edmx:Edmx>"
    )


def _entity_type(service: str, entity: EntityType) -> str:
    keys = "".join(f'<PropertyRef Name="{name}"/>' for name in entity.keys)
    navigations = "".join(
        f'<NavigationProperty Name="{item.name}" Relationship="{service}.{_link_name(entity, item)}"'
        f' FromRole="From{item.name}" ToRole="To{item.name}"/>'
        for item in entity.navigations.values()
    )
    inside = f"<Key>{keys}</Key>{''.join(_properties(entity))}{navigations}"
    return f'<EntityType Name="{entity.type_name}">{inside}</EntityType>'


def _properties(entity: EntityType) -> Iterator[str]:
    for item in entity.properties.values():
        length = f' MaxLength="{item.length}"' if item.length else ""
        nullable = ' Nullable="false"' if item.name in entity.keys else ""
        change = ' sap:creatable="false" sap:updatable="false"' if item.read_only else ""
        tag = ' ConcurrencyMode="Fixed"' if item.name.startswith("LastChange") else ""
        facets = f"{length}{nullable}{tag}{change}"
        yield f'<Property Name={quoteattr(item.name)} Type="{EDM_TYPES[item.kind]}"{facets}/>'


def _association(
    service: str, sets: Mapping[str, EntityType], entity: EntityType, navigation: Navigation
) -> str:
    target = sets[navigation.target]
    many = "*" if navigation.many else "0..1"
    return (
        f'<Association Name="{_link_name(entity, navigation)}">'
        f'<End Type="{service}.{entity.type_name}" Multiplicity="1" Role="From{navigation.name}"/>'
        f'<End Type="{service}.{target.type_name}" Multiplicity="{many}" Role="To{navigation.name}'
        '"/></Association>'
    )


def _link_name(entity: EntityType, navigation: Navigation) -> str:
    return f"{entity.name}_{navigation.name}"


def _flag(value: bool) -> str:
    return "true" if value else "false"
