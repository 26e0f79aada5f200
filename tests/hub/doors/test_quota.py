from pathlib import Path

from hub.doors.quota import Quota


def test_what_is_removed_makes_room_and_what_is_written_counts(tmp_path: Path) -> None:
    one, other = tmp_path / "one", tmp_path / "other"
    one.mkdir()
    quota = Quota(one, other, limit_bytes=10)
    (one / "a").write_bytes(b"x" * 10)
    assert not quota.is_reached()
    other.mkdir()
    (other / "b").write_bytes(b"x")
    assert not quota.is_reached()
    quota.add(1)
    assert quota.is_reached()
    (one / "a").unlink()
    assert not quota.is_reached()
