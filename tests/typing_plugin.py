"""Tells mypy what SQLModel cannot: an attribute of a table's class, as in `User.email == text`, is a column.

On an instance the attribute keeps the type that its annotation says.
"""

from __future__ import annotations

from collections.abc import Callable

from mypy.nodes import MemberExpr, MypyFile, TypeInfo
from mypy.plugin import AttributeContext, Plugin
from mypy.types import CallableType, Instance, Overloaded, Type, get_proper_type


class Columns(Plugin):
    """Gives columns their type where they are asked of a class in a `tables` module."""

    def get_class_attribute_hook(self, fullname: str) -> Callable[[AttributeContext], Type] | None:
        """Answer for the tables of the application alone."""
        return _as_column if fullname.startswith("hiring.") and ".tables." in fullname else None


def _as_column(context: AttributeContext) -> Type:
    found = get_proper_type(context.default_attr_type)
    name = context.context.name if isinstance(context.context, MemberExpr) else ""
    if (
        not name
        or name.startswith(("_", "model_"))
        or name == "metadata"
        or isinstance(found, CallableType | Overloaded)
    ):
        return context.default_attr_type
    modules: dict[str, MypyFile] = context.api.modules  # type: ignore[attr-defined]  # the checker has it; the hook's interface does not say so
    column = modules["sqlalchemy.orm.attributes"].names["InstrumentedAttribute"].node
    return Instance(column, [context.default_attr_type]) if isinstance(column, TypeInfo) else context.default_attr_type


def plugin(version: str) -> type[Plugin]:
    """Name the plugin, as mypy asks."""
    return Columns
