"""Where the archive is, held against where companies let their documents be stored."""

from collections.abc import Mapping

from archive.law.residency import contradiction
from hub.config.archive import ArchiveSection, ObjectStore
from hub.config.companies import Tenant
from hub.config.faults import Faults


def reside(
    faults: Faults, archive: ArchiveSection | None, tenants: Mapping[str, Tenant | None]
) -> None:
    """Note what is wrong with the places that are stated, and companies that want others."""
    if archive is None:
        return
    if wrong := _contradiction(archive.s3):
        faults.add("archive.s3.place", wrong)
    for key, tenant in tenants.items():
        for setting, place in archive.places.items():
            if tenant and not tenant.archive.allows(place):
                where = f"it is in {place}" if place else "it is not said where it is"
                wanted = ", ".join(tenant.archive.residency)
                faults.add(setting, f"{where}; [tenant.{key}.archive] wants {wanted}")


def _contradiction(store: ObjectStore | None) -> str:
    """Return what is wrong between a store's place and its region, which Amazon's alone tells."""
    return "" if store is None or store.endpoint else contradiction(store.place, store.region)
