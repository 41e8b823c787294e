"""The labels of cards as the headings of one table, whatever words and order each card has."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from inventory.collectors.forms.form_pairs import Pair

_Key = tuple[str, int]  # a label, and how often it stood on its card before


def dealt(found: Sequence[Pair]) -> list[list[Pair]]:
    """The pairs of each card; a second name begins the next one."""
    cards: list[list[Pair]] = []
    for pair in found:
        is_named = bool(cards) and any(other.field == "sys_name" for other in cards[-1])
        if not cards or (is_named and (pair.field == "sys_name" or _begins_again(pair, cards[0][0]))):
            cards.append([])
        cards[-1].append(pair)
    return cards


def headed(cards_of_pairs: Sequence[Sequence[Pair]]) -> tuple[list[_Key], list[dict[int, Pair]]]:
    """The labels of all cards as headings, each with how often it stood in its card before; and the cards by them.

    A label that earlier cards do not have takes its place behind the label before it, as on its card: 座机 behind 负责人
    and not behind 开发单位, whose number it would be taken for. Labels of one thing that no card has both of (手机 on four
    cards, 座机 on the fifth) are one heading, where the label before says that they are of the same person.
    """
    keyed = [_with_keys(card) for card in cards_of_pairs]
    same = {key: key for card in keyed for key in card}
    may_be_one = list(dict.fromkeys(key for card in keyed for key, pair in card.items() if pair.field in _ONE))
    for at_key, key in enumerate(may_be_one):
        for other in may_be_one[:at_key]:
            if same[other] == other and _are_one(key, other, keyed, same):
                same[key] = other
                break
    order: list[_Key] = []
    for card in keyed:
        last = -1
        for key in card:
            if same[key] not in order:
                order.insert(last + 1 if order and last >= 0 else len(order), same[key])
            last = order.index(same[key])
    at = {key: index for index, key in enumerate(order)}
    return order, [{at[same[key]]: pair for key, pair in card.items()} for card in keyed]


def _with_keys(card: Sequence[Pair]) -> dict[_Key, Pair]:
    found: dict[_Key, Pair] = {}
    for pair in card:
        again = 0
        while (pair.text, again) in found:
            again += 1
        found[pair.text, again] = pair
    return found


_ONE = frozenset({"phone", "contact", "online_date"})  # said in other words on other cards


def _are_one(
    key: _Key, other: _Key, cards: Sequence[Mapping[_Key, Pair]], same: Mapping[_Key, _Key]
) -> bool:  # fmt: skip
    """Whether two labels of one field never stand on one card, and each belongs to the department's own person."""
    of_other = {one for one, target in same.items() if target == other} | {other}
    fields = {card[one].field for card in cards for one in (key, other) if one in card}
    if len(fields) != 1 or not fields <= _ONE or any(key in card and not of_other.isdisjoint(card) for card in cards):
        return False
    return all(_is_own(one, card) for one in (key, other) for card in cards if one in card)


def _is_own(key: _Key, card: Mapping[_Key, Pair]) -> bool:
    """Whether the person or body named last before a label is no company: 开发单位, then 电话, is the company's number."""
    if card[key].field == "online_date":
        return True
    before = list(card)[: list(card).index(key)]
    named = [card[one].field for one in before if card[one].field in _BODIES]
    return not named or named[-1] in {"contact", "office"}


_BODIES = frozenset({"contact", "office", "dept", "vendor", "ops_vendor", "vendor_contact", "ops_contact"})


def _begins_again(pair: Pair, opening: Pair) -> bool:
    """Whether a label is the one that the first card begins with: 单位名称 above 系统名称 belongs to the card below it."""
    return bool(pair.text) and pair.text == opening.text
