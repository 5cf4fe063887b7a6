"""VISA attributes of one session: PyVISA's table of defaults, filled in from the address."""

from __future__ import annotations

from typing import Any

from pyvisa.attributes import AllSessionTypes, Attribute, AttributesPerResource, NotAvailable
from pyvisa.constants import InterfaceType, ResourceAttribute, StatusCode
from pyvisa.rname import ResourceName

from sim_backend.visa.resource_lock import ResourceLock

MANUFACTURER = "AG2S simulated bench"
_FROM_ADDRESS = {
    "board": (ResourceAttribute.interface_number, int),
    "primary_address": (ResourceAttribute.gpib_primary_address, int),
    "secondary_address": (ResourceAttribute.gpib_secondary_address, int),
    "host_address": (ResourceAttribute.tcpip_address, str),
    "port": (ResourceAttribute.tcpip_port, int),
    "lan_device_name": (ResourceAttribute.tcpip_device_name, str),
    "manufacturer_id": (ResourceAttribute.manufacturer_id, lambda text: int(text, 0)),
    "model_code": (ResourceAttribute.model_code, lambda text: int(text, 0)),
    "serial_number": (ResourceAttribute.usb_serial_number, str),
    "usb_interface_number": (ResourceAttribute.usb_interface_number, int),
}


class SessionAttributes:
    """Values of the attributes PyVISA knows for the session's interface and class."""

    def __init__(self, name: ResourceName, resource_manager: int, lock: ResourceLock) -> None:
        interface: InterfaceType = name.interface_type_const
        self._lock = lock
        self._known: dict[int, type[Attribute[Any]]] = {
            attribute.attribute_id: attribute
            for attribute in AttributesPerResource[interface, name.resource_class]
            | AttributesPerResource[AllSessionTypes]
        }
        self._values: dict[int, Any] = {
            number: attribute.default
            for number, attribute in self._known.items()
            if attribute.default is not NotAvailable
        }
        self._values |= {
            ResourceAttribute.interface_type: interface,
            ResourceAttribute.resource_class: name.resource_class,
            ResourceAttribute.resource_name: str(name),
            ResourceAttribute.resource_manufacturer_name: MANUFACTURER,
            ResourceAttribute.resource_manager_session: resource_manager,
        }
        for part, (attribute, convert) in _FROM_ADDRESS.items():
            if (text := getattr(name, part, None)) is not None:
                self._values[attribute] = convert(text)
        if name.resource_class == "SOCKET":
            # A byte stream has no END, whatever PyVISA's table says.
            self._values[ResourceAttribute.suppress_end_enabled] = True

    def __getitem__(self, attribute: int) -> Any:
        return self._values[attribute]

    def read(self, attribute: int) -> tuple[Any, StatusCode]:
        """Value for viGetAttribute, or the error."""
        if attribute == ResourceAttribute.resource_lock_state:
            return self._lock.state(), StatusCode.success
        if attribute not in self._known or attribute not in self._values:
            return None, StatusCode.error_nonsupported_attribute
        return self._values[attribute], StatusCode.success

    def write(self, attribute: int, value: Any) -> StatusCode:
        """Set a value for viSetAttribute, or say why not."""
        known = self._known.get(attribute)
        if known is None:
            return StatusCode.error_nonsupported_attribute
        if not known.write:
            return StatusCode.error_attribute_read_only
        if attribute == ResourceAttribute.termchar and not 0 <= int(value) <= 0xFF:
            return StatusCode.error_nonsupported_attribute_state
        self._values[attribute] = value
        return StatusCode.success
