"""Which of several elements of one name a row means."""

from collections.abc import Iterable

from formats.binding.rows import When
from formats.xml.names import Element, tag
from formats.xml.walking import WHITE_SPACE


def says(path: str, *codes: str) -> When:
    """Return the condition that the text at `path` is one of `codes`.

    Args:
        path: prefixed names from the element's child on, or a last `@name` for an attribute.
        codes: in capitals; the text may be in any case of letters.
    """
    *names, last = path.split("/")
    tags = [tag(name) for name in names]
    if last.startswith("@"):
        return lambda element, _: attribute_at(element, tags, last[1:]).upper() in codes
    tags.append(tag(last))
    return lambda element, _: text_at(element, tags).upper() in codes


def has(name: str) -> When:
    """Return the condition that there is a child of that prefixed name."""
    child = tag(name)
    return lambda element, _: next(element.iterchildren(child), None) is not None


def unless(condition: When) -> When:
    """Return the opposite condition."""
    return lambda element, trail: not condition(element, trail)


def text_at(element: Element, tags: Iterable[str]) -> str:
    """Return the trimmed text of the first such descendant, or an empty one.

    Args:
        element: where to start.
        tags: Clark names from child to grandchild.
    """
    node = _first(element, tags)
    return "" if node is None else (node.text or "").strip(WHITE_SPACE)


def attribute_at(element: Element, tags: Iterable[str], name: str) -> str:
    """Return the trimmed attribute of the first such descendant, or an empty text."""
    node = _first(element, tags)
    return "" if node is None else (node.get(name) or "").strip(WHITE_SPACE)


def _first(element: Element, tags: Iterable[str]) -> Element | None:
    node = element
    for name in tags:
        for child in node:
            if child.tag == name:
                node = child
                break
        else:
            return None
    return node
