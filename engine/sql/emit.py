"""From a plan to one SELECT: nodes are folded into as few queries as read well, the rest become CTEs."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from sqlglot import exp

from ..formula.expr import Aggregated, Call, Case, Column, Const, Expr, Physical, Windowed, rewrite, walk
from .dialects import Dialect, Tree, Writer
from .percentiles import by_rank
from .plan import Aggregate, Align, Filter, Join, Node, Project, Rows, Scan, Series, inputs_of
from .refusal import Refusal

Outputs = tuple[tuple[Column, str], ...]
Order = tuple[tuple[str, bool], ...]  # alias, and whether the largest comes first


def emit(
    node: Node,
    outputs: Outputs,
    order: Order,
    dialect: Dialect,
    week_start: str,
    limit: int | None = None,
    tables: Mapping[str, str] | None = None,
) -> Tree:
    """A SELECT of `outputs` (column and alias) as a sqlglot tree; `order` names aliases, nulls come last.

    `tables` says what tables are called where that is not their own name.
    """
    if dialect.percentile is None:
        node = by_rank(node)
    return dialect.finish(_Emitter(dialect, week_start, node, tables or {}).statement(node, outputs, order, limit))


@dataclass(slots=True)
class _Block:
    """A SELECT under construction: `columns` spell each column id over the tables in FROM."""

    tables: tuple[str, ...]
    source: Tree
    columns: dict[str, Expr]
    joins: list[Tree] = field(default_factory=list)
    where: list[Expr] = field(default_factory=list)
    groups: list[Expr] | None = None
    windowed: bool = False

    @property
    def plain(self) -> bool:
        """Rows as they are read: further joins and conditions can be added."""
        return self.groups is None and not self.windowed

    def spelled(self, expr: Expr) -> Expr:
        """`expr` with its columns spelled out over this block's tables."""
        return rewrite(expr, lambda part: self.columns[part.id] if isinstance(part, Column) else None)


class _Emitter:
    def __init__(self, dialect: Dialect, week_start: str, root: Node, tables: Mapping[str, str]) -> None:
        self.tables = tables
        self.dialect = dialect
        self.week_start = week_start
        self.ctes: list[tuple[str, Tree]] = []
        self.recursive = False
        self.shared, self.taken = _surveyed(root)
        self.done: dict[int, tuple[str, dict[str, Column], dict[str, str]]] = {}

    def statement(self, node: Node, outputs: Outputs, order: Order, limit: int | None) -> Tree:
        block = self.block(node)
        select = self.select(block, [(block.columns[column.id], alias) for column, alias in outputs])
        ordered = [
            exp.Ordered(this=self.column("", alias), desc=down or None, nulls_first=False) for alias, down in order
        ]
        if ordered:
            select.set("order", exp.Order(expressions=ordered))
        if limit is not None:
            select.set("limit", exp.Limit(expression=exp.Literal.number(limit)))
        if self.ctes:
            ctes = [
                exp.CTE(this=query, alias=exp.TableAlias(this=self.dialect.identifier(name)))
                for name, query in self.ctes
            ]
            select.set("with_", exp.With(expressions=ctes, recursive=self.recursive))
        return select

    # --- nodes

    def block(self, node: Node) -> _Block:
        if id(node) in self.shared or id(node) in self.done or isinstance(node, Series):
            return self.own(node)
        match node:
            case Scan():
                return self._scan(node, ())
            case Rows():
                return self._rows(node)
            case Filter(inner, where):
                block = self.plain(inner)
                block.where.extend(block.spelled(condition) for condition in where)
                return block
            case Project():
                return self._project(node)
            case Join():
                return self._join(node)
            case Aggregate():
                return self._aggregate(node)
        return self._align(node)

    def plain(self, node: Node) -> _Block:
        block = self.block(node)
        return block if block.plain else self.own(node, block)

    def own(self, node: Node, block: _Block | None = None, taken: tuple[str, ...] = ()) -> _Block:
        """A block that reads the node from a CTE of its own, under an alias where the name is taken in FROM."""
        if isinstance(node, Series) and id(node) not in self.done:
            self._series(node)
        if id(node) not in self.done:
            self.shared.discard(id(node))
            block = block or self.block(node)
            aliases = _aliases(node.columns)
            query = self.select(block, [(block.columns[id_], alias) for id_, alias in aliases.items()])
            name = self._fresh(getattr(node, "name", "rows"))
            self.ctes.append((name, query))
            self.done[id(node)] = (name, {column.id: column for column in node.columns}, aliases)
        name, columns, aliases = self.done[id(node)]
        alias = _unused(name, taken)
        spelled: dict[str, Expr] = {id_: Physical(alias, aliases[id_], column.type) for id_, column in columns.items()}
        return _Block((alias,), self.table(name, alias), spelled)

    def _scan(self, node: Scan, taken: tuple[str, ...]) -> _Block:
        label = re.split(r"[.:/]", node.instance.split("@")[0])[-1]
        if node.query is not None:
            block = self.own(node.query, taken=taken)
            alias, source = block.tables[0], block.source
        else:
            alias = _unused(label, taken)
            source = self.table(self.tables.get(node.table, node.table), alias)
        columns = {column.id: _placed(expr, alias) for column, expr in node.items}
        return _Block((alias,), source, columns)

    def _rows(self, node: Rows) -> _Block:
        block = self.block(node.home)
        for lookup in node.lookups:
            taken = block.tables
            right = (
                self._scan(lookup.node, taken) if isinstance(lookup.node, Scan) else self.own(lookup.node, taken=taken)
            )
            block = self._paired(block, right, lookup.on, "LEFT", lookup.where)
        block.where.extend(block.spelled(condition) for condition in node.where)
        return block

    def _project(self, node: Project) -> _Block:
        block = self.block(node.input)
        windows = any(isinstance(part, Windowed) for _, expr in node.items for part in walk(expr))
        if block.windowed or (windows and block.groups is not None):
            block = self.own(node.input, block)
        block.columns = {column.id: block.spelled(expr) for column, expr in node.items}
        block.windowed = windows
        return block

    def _join(self, node: Join) -> _Block:
        left = self.plain(node.left)
        right = self.block(node.right)
        clash = bool(set(left.tables) & set(right.tables))
        if clash or not right.plain or right.joins or (node.kind == "left" and right.where):
            right = self.own(node.right, right, left.tables)
        block = self._paired(left, right, node.on, "LEFT" if node.kind == "left" else "")
        block.where.extend(right.where)
        block.where.extend(block.spelled(condition) for condition in node.where)
        return block

    def _paired(
        self, left: _Block, right: _Block, on: tuple[tuple[Expr, Expr], ...], side: str, where: tuple[Expr, ...] = ()
    ) -> _Block:
        both = _Block(
            (*left.tables, *right.tables),
            left.source,
            {**left.columns, **right.columns},
            left.joins,
            left.where,
        )
        conditions = [
            exp.EQ(this=self.tree(both.spelled(mine), True), expression=self.tree(both.spelled(theirs), True))
            for mine, theirs in on
        ]
        conditions += [self.tree(both.spelled(condition), True) for condition in where]
        if conditions:
            both.joins.append(exp.Join(this=right.source, on=_conjoined(conditions), side=side or None))
        else:
            both.joins.append(exp.Join(this=right.source, kind="CROSS"))
        return both

    def _series(self, node: Series) -> None:
        """A CTE of units of time, from a constant or from the first one that rows have."""
        start = self.tree(node.start, False) if node.input is None else self._scalar(node.input, node.start)
        writer = Writer(self.dialect, self.week_start, _nameless)
        if self.dialect.series is None:
            raise Refusal("C305", f"{self.dialect.name} cannot list the days between two days")
        query = self.dialect.series(writer, start, self.tree(node.stop, False), node.grain, node.column.name)
        self._hoist(query)
        name = self._fresh(node.name)
        self.ctes.append((name, query))
        self.done[id(node)] = (name, {node.column.id: node.column}, {node.column.id: node.column.name})

    def _hoist(self, query: Tree) -> None:
        """Queries named inside `query` stand before it, as MariaDB wants them if they read what stands there."""
        for inner in list(query.find_all(exp.With)):
            self.recursive = self.recursive or bool(inner.args.get("recursive"))
            names = {cte.alias: self._fresh(cte.alias) for cte in inner.expressions}
            for part in query.find_all(exp.Table, exp.Column):
                key = "this" if isinstance(part, exp.Table) else "table"
                if part.text(key) in names:
                    part.set(key, self.dialect.identifier(names[part.text(key)]))
            self.ctes.extend((names[cte.alias], cte.this) for cte in inner.expressions)
            inner.parent.set("with_", None)

    def _scalar(self, node: Node, expr: Expr) -> Tree:
        """`expr` over the one row of `node`, as a subquery."""
        block = self.own(node)
        select = exp.Select(expressions=[self.tree(block.spelled(expr), False)])
        select.set("from_", exp.From(this=block.source))
        return exp.Subquery(this=select)

    def _aggregate(self, node: Aggregate) -> _Block:
        block = self.plain(node.input)
        columns = {column.id: block.spelled(expr) for column, expr in (*node.keys, *node.items)}
        block.groups = [columns[column.id] for column, _ in node.keys]
        block.columns = columns
        return block

    def _align(self, node: Align) -> _Block:
        if not node.keys:
            return self._side_by_side(node)
        names = _aliases(node.columns)
        outputs = [out for part in node.inputs for out, _, _ in part.items]
        markers = _markers(node, set(names.values()))
        branches = []
        for number, part in enumerate(node.inputs):
            block = self.own(part.node)
            mine = {out.id: block.columns[inner.id] for out, inner, _ in part.items}
            keys = zip(node.keys, part.keys, strict=True)
            items: list[tuple[Any, str]] = [(block.columns[key.id], names[out.id]) for out, key in keys]
            items += [(mine.get(out.id, _Absent(out)), names[out.id]) for out in outputs]
            items += [(_ONE if number == index else _Absent(_MARK), name) for index, name in markers.items()]
            branches.append(self.select(block, items))
        union = branches[0]
        for branch in branches[1:]:
            union = exp.Union(this=union, expression=branch, distinct=False)
        name = self._fresh(f"{node.name}_parts")
        self.ctes.append((name, union))
        columns: dict[str, Expr] = {key.id: Physical(name, names[key.id], key.type) for key in node.keys}
        groups = list(columns.values())
        answers: list[tuple[int | Column, str]] = [*markers.items(), *((out, names[out.id]) for out in outputs)]
        there: dict[int | Column, Expr] = {
            other: Call("not", (Call("is_null", (Aggregated("max", Physical(name, mark, "integer")),)),))
            for other, mark in answers
        }
        for index, (out, _, beside) in ((i, item) for i, part in enumerate(node.inputs) for item in part.items):
            largest = Aggregated("max", Physical(name, names[out.id], out.type))
            others = sorted(beside - {index}, key=str)
            has = None if _everywhere(node, beside) else [there[other] for other in others]
            columns[out.id] = _counted(largest, has) if beside else largest
        return _Block((name,), self.table(name, name), columns, groups=groups)

    def _side_by_side(self, node: Align) -> _Block:
        """Totals: each input has exactly one row."""
        blocks = [self.own(part.node) for part in node.inputs]
        columns = {
            out.id: block.columns[inner.id]
            for block, part in zip(blocks, node.inputs, strict=True)
            for out, inner, _ in part.items
        }
        joins = [exp.Join(this=block.source, kind="CROSS") for block in blocks[1:]]
        return _Block(tuple(block.tables[0] for block in blocks), blocks[0].source, columns, joins)

    # --- text

    def select(self, block: _Block, items: list[tuple[Any, str]]) -> Tree:
        qualified = self.dialect.qualify or len(block.tables) > 1
        expressions = []
        for spelled, alias in items:
            if isinstance(spelled, _Absent):
                tree = Writer(self.dialect, self.week_start, _nameless).null(spelled.column.type)
            else:
                tree = self.tree(spelled, qualified)
            joined = self.dialect.alias_joined and len(block.tables) > 1
            same = isinstance(tree, exp.Column) and tree.name == alias and not joined
            expressions.append(tree if same else exp.Alias(this=tree, alias=self.dialect.identifier(alias)))
        select = exp.Select(expressions=expressions)
        select.set("from_", exp.From(this=block.source))
        if block.joins:
            select.set("joins", block.joins)
        conditions = [self.tree(condition, qualified) for condition in dict.fromkeys(block.where)]
        if conditions:
            select.set("where", exp.Where(this=_conjoined(conditions)))
        if block.groups:
            select.set("group", exp.Group(expressions=[self._group(group, items, qualified) for group in block.groups]))
        return select

    def _group(self, group: Expr, items: list[tuple[Any, str]], qualified: bool) -> Tree:
        """An expression of GROUP BY, or the place of the output that it is."""
        places = [index for index, (spelled, _) in enumerate(items, 1) if spelled == group]
        if self.dialect.group_by_place and places:
            return exp.Literal.number(places[0])
        return self.tree(group, qualified)

    def tree(self, expr: Expr, qualified: bool) -> Tree:
        def named(physical: Physical) -> Tree:
            return self.column(physical.instance if qualified else "", physical.column)

        return Writer(self.dialect, self.week_start, named).write(expr)

    def column(self, table: str, name: str) -> Tree:
        return exp.Column(this=self.dialect.identifier(name), table=self.dialect.identifier(table) if table else None)

    def table(self, name: str, alias: str) -> Tree:
        """A table as the spec names it: engines fold its letters as they are used to."""
        parts = [
            exp.Identifier(this=part, quoted=not part.isidentifier() or part in self.dialect.reserved)
            for part in name.split(".")
        ]
        keys = dict(zip(("this", "db", "catalog"), reversed(parts), strict=False))
        named = exp.TableAlias(this=self.dialect.identifier(alias)) if parts[-1].name != alias else None
        return exp.Table(**keys, alias=named)

    def _fresh(self, name: str) -> str:
        name = _unused(name, self.taken)
        self.taken.add(name)
        return name


def _markers(node: Align, taken: set[str]) -> dict[int, str]:
    """A name for the column that tells whether an input has a row, for inputs that decide whether a count is 0."""
    wanted = {
        number
        for index, part in enumerate(node.inputs)
        for _, _, beside in part.items
        if not _everywhere(node, beside)
        for number in beside - {index}
        if isinstance(number, int)
    }
    return {number: _unused(f"has_{number + 1}", taken) for number in sorted(wanted)}


def _everywhere(node: Align, beside: frozenset[int | Column]) -> bool:
    """Whether every key has a row of one of those inputs."""
    return all(number in beside for number in range(len(node.inputs)))


def _counted(count: Expr, has: list[Expr] | None) -> Expr:
    """A count, or 0 where one of the inputs beside it has a row (`None`: every row has one)."""
    zero = Const(0, "integer")
    if has is None:
        return Call("coalesce", (count, zero))
    condition = has[0] if has else Const(False, "boolean")
    for other in has[1:]:
        condition = Call("or", (condition, other))
    return Call("coalesce", (count, Case(((condition, zero),), None)))


@dataclass(frozen=True, slots=True)
class _Absent:
    """A column that a branch of a union has not."""

    column: Column


_ONE = Const(1, "integer")
_MARK = Column("#has", "has", "integer")


def _nameless(physical: Physical) -> Tree:
    raise TypeError(physical)


def _surveyed(root: Node) -> tuple[set[int], set[str]]:
    """Nodes that several others read (they become CTEs), and the names that tables bear."""
    readers: dict[int, int] = {}
    tables: set[str] = set()
    seen: set[int] = set()
    pending: list[Node] = [root]
    while pending:
        node = pending.pop()
        if isinstance(node, Scan) and node.query is None:
            tables.add(node.table.rsplit(".", 1)[-1].lower())  # engines that fold case would mix them up
        for child in inputs_of(node):
            readers[id(child)] = readers.get(id(child), 0) + 1
            if id(child) not in seen:
                seen.add(id(child))
                pending.append(child)
    return {node for node, count in readers.items() if count > 1}, tables


def _aliases(columns: tuple[Column, ...]) -> dict[str, str]:
    """A name for each column id, its own unless another has it."""
    aliases: dict[str, str] = {}
    taken: set[str] = set()
    for column in columns:
        aliases[column.id] = _unused(column.name, taken)
        taken.add(aliases[column.id])
    return aliases


def _unused(name: str, taken: Any) -> str:
    candidate, number = name, 2
    while candidate in taken:
        candidate, number = f"{name}_{number}", number + 1
    return candidate


def _placed(expr: Expr, alias: str) -> Expr:
    """A scanned expression over the table's alias in this very block."""
    return rewrite(expr, lambda part: Physical(alias, part.column, part.type) if isinstance(part, Physical) else None)


def _conjoined(conditions: list[Tree]) -> Tree:
    out = None
    for condition in conditions:
        part = exp.Paren(this=condition) if isinstance(condition, exp.Or) else condition
        out = part if out is None else exp.And(this=out, expression=part)
    return out
