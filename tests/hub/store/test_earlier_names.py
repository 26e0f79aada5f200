from dataclasses import replace
from datetime import timedelta

from hub.store import earlier_names
from hub.store.database import Database
from tests.hub.store.rows import DELIVERY, NOW

SENT = replace(DELIVERY, external_id="out/R-1.xml")


def test_a_name_is_kept_once_and_found_by_itself_and_by_its_channel(database: Database) -> None:
    later = replace(SENT, round=1, external_id="out/R-1-1.xml")
    with database.transaction() as connection:
        for delivery, hours in ((DELIVERY, 0), (SENT, 0), (SENT, 1), (later, 2)):
            earlier_names.keep(connection, delivery, NOW + timedelta(hours=hours))
        found = earlier_names.get(connection, "out/R-1.xml")
        assert found is not None
        assert (found.delivery, found.parcel_key, found.left_at) == ("s1-1-d0", "s1-1-d0.0", NOW)
        assert earlier_names.get(connection, "") is None
        names = earlier_names.of_channel(connection, "post", since=NOW, limit=9)
        assert names == ["out/R-1-1.xml", "out/R-1.xml"]
        after = NOW + timedelta(hours=1)
        assert earlier_names.of_channel(connection, "post", since=after, limit=9) == names[:1]
        assert earlier_names.of_channel(connection, "second", since=NOW, limit=9) == []
