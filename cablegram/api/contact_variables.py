"""The variables of one contact: read, set and deleted, all or one (R89)."""

from __future__ import annotations

from typing import Annotated

import msgspec
from msgspec import Meta

from cablegram.accounts.access import Principal, Scope
from cablegram.api.contacts import NumberInPath
from cablegram.api.fields import NO_NULL
from cablegram.api.operation import Can, Resource
from cablegram.contacts import variables as deeds
from cablegram.contacts.sheet import LONGEST_COLUMN_NAME, LONGEST_VALUE
from cablegram.runtime.runtime import Runtime

variables = Resource("Contact variables", "What is known of one person, by name: for texts, filters and files.")

NameInPath = Annotated[str, Meta(description="The name of a variable.", examples=["city"])]
_Value = Annotated[str, Meta(max_length=LONGEST_VALUE, pattern=NO_NULL, description="Its value.", examples=["Madrid"])]


class Variable(msgspec.Struct, kw_only=True, forbid_unknown_fields=True):
    """A variable with its value."""

    key: Annotated[
        str, Meta(max_length=LONGEST_COLUMN_NAME, pattern=NO_NULL, description="Its name.", examples=["city"])
    ]
    value: _Value


class VariableList(msgspec.Struct, forbid_unknown_fields=True):
    """Variables of a contact."""

    variables: Annotated[
        list[Variable], Meta(max_length=100, description="Each name once; of several the last counts.")
    ]


class VariableValue(msgspec.Struct, forbid_unknown_fields=True):
    """The value of a variable."""

    value: _Value


_NO_NUMBER = Can(403, "number_invalid", "no such number can exist")
_NO_CONTACT = Can(404, "contact_not_found", "the account has no contact of that number")
_NO_VARIABLE = Can(404, "variable_not_found", "the contact has no variable of that name")
_BAD = (
    Can(403, "bad_variable", "a variable has a name that none may have"),
    Can(403, "value_unfit", "a value does not fit the type of its field"),
)


@variables.call(
    "GET",
    "/v1/contacts/{number}/variables",
    "listVariables",
    scope=Scope.READ,
    errors=(_NO_NUMBER, _NO_CONTACT),
)
async def every(rt: Runtime, who: Principal, number: NumberInPath) -> VariableList:
    """List a contact's variables."""
    return _list(await deeds.every(rt, who, number))


@variables.call(
    "PUT",
    "/v1/contacts/{number}/variables",
    "replaceVariables",
    scope=Scope.CONTACTS,
    errors=(_NO_NUMBER, _NO_CONTACT, *_BAD),
)
async def replace(rt: Runtime, who: Principal, number: NumberInPath, body: VariableList) -> VariableList:
    """Give a contact these variables and no others."""
    given = {one.key: one.value for one in body.variables}
    return _list((await deeds.replace(rt, who, number, given)).variables)


@variables.call(
    "DELETE",
    "/v1/contacts/{number}/variables",
    "deleteVariables",
    scope=Scope.CONTACTS,
    status=204,
    errors=(_NO_NUMBER, _NO_CONTACT),
)
async def forget(rt: Runtime, who: Principal, number: NumberInPath) -> None:
    """Delete all variables of a contact."""
    await deeds.replace(rt, who, number, {})


@variables.call(
    "GET",
    "/v1/contacts/{number}/variables/{name}",
    "getVariable",
    scope=Scope.READ,
    errors=(_NO_NUMBER, _NO_CONTACT, _NO_VARIABLE),
)
async def get(rt: Runtime, who: Principal, number: NumberInPath, name: NameInPath) -> VariableValue:
    """Get one variable of a contact."""
    return VariableValue(await deeds.one(rt, who, number, name))


@variables.call(
    "PUT",
    "/v1/contacts/{number}/variables/{name}",
    "setVariable",
    scope=Scope.CONTACTS,
    errors=(_NO_NUMBER, _NO_CONTACT, *_BAD),
)
async def put(
    rt: Runtime, who: Principal, number: NumberInPath, name: NameInPath, body: VariableValue
) -> VariableValue:
    """Set one variable of a contact; the others stay."""
    return VariableValue((await deeds.put(rt, who, number, name, value=body.value)).variables[name])


@variables.call(
    "DELETE",
    "/v1/contacts/{number}/variables/{name}",
    "deleteVariable",
    scope=Scope.CONTACTS,
    status=204,
    errors=(_NO_NUMBER, _NO_CONTACT, _NO_VARIABLE),
)
async def delete(rt: Runtime, who: Principal, number: NumberInPath, name: NameInPath) -> None:
    """Delete one variable of a contact."""
    await deeds.delete(rt, who, number, name)


def _list(found: dict[str, str]) -> VariableList:
    return VariableList([Variable(key=name, value=value) for name, value in found.items()])
