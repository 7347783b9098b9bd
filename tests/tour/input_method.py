#!/usr/bin/env python3
# SPDX-FileCopyrightText: Latchkey contributors
# SPDX-License-Identifier: GPL-2.0-or-later
"""An input method of the session's: IBus' portal as it is published, in which the letter a gives the kana of its sound.

What it is told goes to its output, a line for each call.
"""
import gi

gi.require_version("Gio", "2.0")
from gi.repository import Gio, GLib

RELEASED = 1 << 30
KANA = {ord("a"): "あ", ord("i"): "い", ord("u"): "う"}
CONTEXT = "org.freedesktop.IBus.InputContext"
SHAPES = Gio.DBusNodeInfo.new_for_xml("""
<node>
  <interface name="org.freedesktop.IBus.Portal">
    <method name="CreateInputContext"><arg direction="in" type="s"/><arg direction="out" type="o"/></method>
  </interface>
  <interface name="org.freedesktop.IBus.InputContext">
    <method name="ProcessKeyEvent">
      <arg direction="in" type="u"/><arg direction="in" type="u"/><arg direction="in" type="u"/><arg direction="out" type="b"/>
    </method>
    <method name="SetCursorLocation">
      <arg direction="in" type="i"/><arg direction="in" type="i"/><arg direction="in" type="i"/><arg direction="in" type="i"/>
    </method>
    <method name="FocusIn"/>
    <method name="FocusOut"/>
    <method name="Reset"/>
    <method name="SetCapabilities"><arg direction="in" type="u"/></method>
    <method name="SetSurroundingText">
      <arg direction="in" type="v"/><arg direction="in" type="u"/><arg direction="in" type="u"/>
    </method>
    <property name="ContentType" type="(uu)" access="write"/>
    <property name="ClientCommitPreedit" type="(b)" access="write"/>
  </interface>
  <interface name="org.freedesktop.IBus.Service"><method name="Destroy"/></interface>
</node>""")
contexts = 0


def text(words):
    attributes = GLib.Variant("v", GLib.Variant("(sa{sv}av)", ("IBusAttrList", {}, [])))
    return GLib.Variant("(v)", (GLib.Variant("(sa{sv}sv)", ("IBusText", {}, words, attributes.get_variant())),))


def called(bus, sender, path, interface, member, arguments, answer):
    global contexts
    print(member, *arguments.unpack(), flush=True)
    if member == "CreateInputContext":
        contexts += 1
        made = f"/org/freedesktop/IBus/InputContext_{contexts}"
        for shape in SHAPES.interfaces[1:]:
            bus.register_object(made, shape, called, None, lambda *_: True)
        answer.return_value(GLib.Variant("(o)", (made,)))
    elif member == "ProcessKeyEvent":
        key, _, state = arguments.unpack()
        taken = key in KANA and not state & 0xc  # Neither Ctrl nor Alt.
        if taken and not state & RELEASED:
            bus.emit_signal(sender, path, CONTEXT, "CommitText", text(KANA[key]))
        answer.return_value(GLib.Variant("(b)", (taken,)))
    else:
        answer.return_value(None)


def there(bus, _):
    bus.register_object("/org/freedesktop/IBus", SHAPES.interfaces[0], called, None, None)


Gio.bus_own_name(Gio.BusType.SESSION, "org.freedesktop.portal.IBus", Gio.BusNameOwnerFlags.NONE, there, None, None)
GLib.MainLoop().run()
