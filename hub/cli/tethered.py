"""`python -m hub.cli.tethered COMMAND …`: a command that ends with whoever has started it.

What is started by hand outlives its terminal; what a demo starts must not outlive the demo, even
where that is killed and can end nothing itself.
"""

import os
import signal
import sys

from hub.cli.main import main
from hub.simulators.process import on_parents_death

if __name__ == "__main__":
    on_parents_death(lambda: os.kill(os.getpid(), signal.SIGTERM))
    sys.exit(main())
