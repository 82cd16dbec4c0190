"""`python -m mdm.sandbox.population --people 75000 --seed 1 --out DIR`."""

from mdm.sandbox.population.people import main

if __name__ == "__main__":
    main()
