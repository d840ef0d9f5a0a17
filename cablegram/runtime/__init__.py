"""The machinery: settings, the database, logs; one Runtime is built at start and handed to every deed."""

from cablegram.runtime.runtime import Runtime

__all__ = ["Runtime"]
