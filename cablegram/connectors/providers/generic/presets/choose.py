"""The presets by name, and a configuration made of one."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

from msgspec.structs import replace

from cablegram.connectors.providers.generic.presets.aws import AWS_PINPOINT, AWS_PINPOINT_LEGACY
from cablegram.connectors.providers.generic.presets.bulksms import BULKSMS
from cablegram.connectors.providers.generic.presets.exotel import EXOTEL
from cablegram.connectors.providers.generic.presets.msg91 import MSG91
from cablegram.connectors.providers.generic.presets.nimbus import NIMBUS
from cablegram.connectors.providers.generic.presets.plivo import PLIVO
from cablegram.connectors.providers.generic.presets.shape import Preset
from cablegram.connectors.providers.generic.presets.smsindiahub import SMSINDIAHUB
from cablegram.connectors.providers.generic.presets.textlocal import TEXTLOCAL, TEXTLOCAL_BULK
from cablegram.connectors.providers.generic.settings import GenericSecrets, GenericSettings
from cablegram.kit.errors import Fault, InvalidInput

_ALL = (
    BULKSMS,
    EXOTEL,
    MSG91,
    NIMBUS,
    PLIVO,
    SMSINDIAHUB,
    TEXTLOCAL,
    TEXTLOCAL_BULK,
    AWS_PINPOINT,
    AWS_PINPOINT_LEGACY,
)
PRESETS: Final[Mapping[str, Preset]] = MappingProxyType({preset.name: preset for preset in _ALL})
"""All presets, in the order of the gallery."""


def find(name: str) -> Preset:
    """Return a preset. Raises InvalidInput (`unknown_preset`)."""
    if name not in PRESETS:
        message = f"There is no preset {name[:40]!r}. There are: {', '.join(PRESETS)}."
        raise InvalidInput("unknown_preset", message, faults=[Fault("preset", "unknown_preset", message)])
    return PRESETS[name]


def configure(name: str, given: Mapping[str, str], *, base_url: str = "") -> tuple[GenericSettings, GenericSecrets]:
    """Return settings and secrets of a preset with what its user filled in; what is not needed may be left out.

    Raises InvalidInput: `unknown_preset`, `unknown_field`, `field_missing`, naming each.
    """
    preset = find(name)
    faults = [
        Fault(unknown, "unknown_field", f"{preset.title} has no field {unknown[:40]!r}.")
        for unknown in given
        if unknown not in {field.name for field in preset.fields}
    ]
    faults += [
        Fault(field.name, "field_missing", f"{preset.title} needs {field.title} ({field.name}). {field.help}")
        for field in preset.fields
        if field.is_needed and not given.get(field.name)
    ]
    if faults:
        raise InvalidInput(faults[0].code, faults[0].message, faults=faults)
    values = {field.name: given.get(field.name, "") for field in preset.fields if not field.is_secret}
    sealed = {field.name: given.get(field.name, "") for field in preset.fields if field.is_secret}
    return replace(preset.settings, base_url=base_url, values=values), GenericSecrets(values=sealed)
