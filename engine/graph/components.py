"""From numbered nodes to their strongly connected components, by Tarjan's algorithm without recursion."""

from __future__ import annotations

from collections.abc import Sequence


def components(before: Sequence[Sequence[int]]) -> list[list[int]]:
    """Nodes that reach each other, together; a component stands after all that lead into it.

    `before[n]` holds the nodes that lead to `n`. Time and space are linear.

    >>> components([[], [0, 2], [1], [2]])  # 0 leads to 1, 1 and 2 to each other, 2 to 3
    [[0], [2, 1], [3]]
    """
    done = len(before) + 1
    order = [0] * len(before)  # 0: not seen yet; `done`: its component is complete
    lowest = [0] * len(before)  # the earliest node on the path that is reached from here
    waiting: list[int] = []
    found: list[list[int]] = []
    seen = 0
    for root in range(len(before)):
        if order[root]:
            continue
        seen += 1
        order[root] = lowest[root] = seen
        waiting.append(root)
        path, to_visit = [root], [iter(before[root])]
        while path:
            node = path[-1]
            for following in to_visit[-1]:
                if not order[following]:
                    seen += 1
                    order[following] = lowest[following] = seen
                    waiting.append(following)
                    path.append(following)
                    to_visit.append(iter(before[following]))
                    break
                lowest[node] = min(lowest[node], order[following])
            else:
                path.pop()
                to_visit.pop()
                if path:
                    lowest[path[-1]] = min(lowest[path[-1]], lowest[node])
                if lowest[node] == order[node]:
                    component = [waiting.pop()]
                    while component[-1] != node:
                        component.append(waiting.pop())
                    for member in component:
                        order[member] = done
                    found.append(component)
    return found
