"""The acts of the chamber, their compartments and classes, the fields each declares: the one place to import from."""

from cprac.domain.act_fields import FIELDS, ActField, Kind
from cprac.domain.act_names import Act, Compartment, InformationClass

__all__ = ["FIELDS", "Act", "ActField", "Compartment", "InformationClass", "Kind"]
