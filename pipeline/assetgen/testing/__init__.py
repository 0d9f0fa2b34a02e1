"""This file is the table of contents of what tests of assetgen and its plugins use.

==================  ==============================================================
`clock`             `VirtualClock` (moves when told), `FastClock` (real, but faster)
`catalogues`        what a catalogue's entry says that cannot be true
`cutouts`           `CutoutServer`, a service that removes backgrounds
`kie`               `KieServer`, a kie.ai over real sockets
`pictures`          real pictures, quickly
`proxy`             `Proxy`, a bad network between a client and a server
`providers`         `ProviderContract`: the tests a provider inherits (needs pytest)
`stores`            `StoreContract`: the tests a store inherits (needs pytest)
==================  ==============================================================

The contracts are imported from their own modules, so that nothing else needs pytest.
"""

from assetgen.testing.clock import FastClock, VirtualClock
from assetgen.testing.kie import KieServer
from assetgen.testing.proxy import Proxy

__all__ = ["FastClock", "KieServer", "Proxy", "VirtualClock"]
