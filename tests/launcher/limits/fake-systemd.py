# SPDX-FileCopyrightText: Latchkey contributors
# SPDX-License-Identifier: GPL-2.0-or-later
"""The part of systemd's Manager that starts scopes. Prints each call as one line; `result` is how jobs end."""
import sys

import dbus
import dbus.mainloop.glib
import dbus.service
from gi.repository import GLib

MANAGER = "org.freedesktop.systemd1.Manager"


class Manager(dbus.service.Object):
    def __init__(self, bus, result):
        super().__init__(bus, "/org/freedesktop/systemd1")
        self.result = result

    @dbus.service.method(MANAGER, in_signature="ssa(sv)a(sa(sv))", out_signature="o")
    def StartTransientUnit(self, name, mode, properties, auxiliary):
        shown = sorted("%s=%s" % (key, ",".join(map(str, value)) if isinstance(value, dbus.Array) else value) for key, value in properties)
        print(name, mode, len(auxiliary), *[word.replace(" ", "_") for word in shown], flush=True)
        if self.result == "refuse":
            raise dbus.DBusException("not today", name="org.freedesktop.systemd1.Refused")
        job = "/org/freedesktop/systemd1/job/7"
        GLib.timeout_add(50, lambda: self.JobRemoved(7, job, name, self.result) and False)
        return job

    @dbus.service.signal(MANAGER, signature="uoss")
    def JobRemoved(self, number, job, unit, result):
        pass


dbus.mainloop.glib.DBusGMainLoop(set_as_default=True)
bus = dbus.bus.BusConnection(sys.argv[1])
name = dbus.service.BusName("org.freedesktop.systemd1", bus)
manager = Manager(bus, sys.argv[2])
print("ready", flush=True)
GLib.MainLoop().run()
