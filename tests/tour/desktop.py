#!/usr/bin/env python3
# SPDX-FileCopyrightText: Latchkey contributors
# SPDX-License-Identifier: GPL-2.0-or-later
"""The tray in a real panel (waybar) and notifications in a real daemon (mako), on a headless labwc with a bus of its own.

An app asks and nobody looks: mako shows one notification, in which a name that the app's author chose is plain text; the
tray's picture changes. Answered, both are as before. The tray's menu is read and used over the bus, as a panel does.
"""
import html
import json
import subprocess

from headless import *

NAME = "Plan <b>B</b> & <img src='file:///etc/passwd'/>"


# --- the bus, as a panel sees it --------------------------------------------------------------------------------------

def bus(*words):
    return json.loads(output("busctl", "--user", "--json=short", "--", *words) or "null")


def items():
    answer = bus("get-property", "org.kde.StatusNotifierWatcher", "/StatusNotifierWatcher",
                 "org.kde.StatusNotifierWatcher", "RegisteredStatusNotifierItems")
    return answer["data"] if answer else []


def item(name):
    answer = bus("get-property", SERVICE, "/StatusNotifierItem", "org.kde.StatusNotifierItem", name)
    return answer["data"] if answer else None


def menu():
    """Label to id, of what is visible."""
    answer = bus("call", SERVICE, item("Menu"), "com.canonical.dbusmenu", "GetLayout", "iias", "0", "-1", "0")
    entries = {}
    for child in answer["data"][1][2]:
        number, properties, _ = child["data"]
        if properties.get("visible", {"data": True})["data"] and "label" in properties:
            entries[properties["label"]["data"]] = number
    return entries


def press(number):
    return bus("call", SERVICE, item("Menu"), "com.canonical.dbusmenu", "Event", "isvu", str(number), "clicked", "s", "", "0")


def notifications():
    """As `makoctl list` asks for them."""
    answer = bus("call", "org.freedesktop.Notifications", "/fr/emersion/Mako", "fr.emersion.Mako", "ListNotifications")
    return [{key: value["data"] for key, value in told.items()} for told in answer["data"][0]] if answer else []


# --- the world --------------------------------------------------------------------------------------------------------

def prepare():
    fresh(f"{home}/Documents/notes.txt", "Note G\n")
    fresh(f"{home}/.local/share/applications/planb.desktop",
          f"[Desktop Entry]\nType=Application\nName={NAME}\nExec=sh -c 'sleep 1; cat ~/Documents/notes.txt; sleep 600'\n")
    fresh(f"{home}/.config/waybar/config",
          '{"layer": "top", "height": 30, "modules-right": ["tray"], "tray": {"icon-size": 18, "spacing": 8}}\n')
    fresh(f"{home}/.config/waybar/style.css", "window { background: #20262a; color: #ffffff; }\n")
    fresh(f"{home}/.config/mako/config", "default-timeout=0\nmarkup=1\n")
    begin()
    spawn("mako")
    wait_for("mako", lambda: "org.freedesktop.Notifications" in names())


def names():
    return output("busctl", "--user", "--no-pager", "list")


def tour():
    global SERVICE
    # Started with the session, before there is a panel.
    spawn("latchkey-ui", "--prompts")
    wait_for("the questions' program", lambda: os.path.exists(f"{os.environ['XDG_RUNTIME_DIR']}/latchkey/window"))
    time.sleep(2)
    check("org.kde.StatusNotifierWatcher" not in names(), "there is no panel yet")
    spawn("waybar")
    wait_for("the panel", lambda: "org.kde.StatusNotifierWatcher" in names())
    SERVICE = wait_for("our item in the panel", items)[0].split("/")[0]
    check(len(items()) == 1, "the panel has one item of ours")
    check(item("IconPixmap") or item("IconName"), "it has a picture")
    quiet = item("IconPixmap"), item("IconName")
    entries = menu()
    for label in ("Open Latchkey", "Stop all apps", "All network off"):
        check(label in entries, f"the menu has: {label}")
    shot("1-quiet")
    check(not notifications(), "nothing is told")

    # Something else has the focus all the time, so that nobody sees the question.
    spawn("latchkey", "run", "planb")
    wait_for("the question", requests)
    spawn("foot", "-a", "busy")
    wait_for("another window", lambda: "busy" in output("wlrctl", "toplevel", "list"))

    def turn_away():
        # The question comes back to the front once; a person who turns away from it again means it.
        subprocess.run(["wlrctl", "toplevel", "focus", "app_id:busy", "state:inactive"], check=False)
        return notifications()
    wait_for("a notification", turn_away)
    shot("2-waiting")
    told = notifications()
    check(len(told) == 1, "one question, one notification")
    check(item("ToolTip")[2] == "Latchkey: 1 question waits", "the tooltip counts what waits")
    check((item("IconPixmap"), item("IconName")) != quiet, "the picture changes while a question waits")
    check(any(label == "1 question waits" for label in menu()), "the menu counts what waits")
    body = told[0]["body"]
    check("<b>" not in body and "<img" not in body, "no markup of the app's author is in it")
    check(html.unescape(body).startswith("Plan <b>B</b>"), "its name is shown letter by letter")

    check(subprocess.run(["latchkey", "answer", requests()[0]["id"], "deny"]).returncode == 0, "answered elsewhere")
    wait_for("no notification", lambda: not notifications())
    wait_for("the quiet picture", lambda: (item("IconPixmap"), item("IconName")) == quiet)
    shot("3-answered")

    check(json.loads(output("latchkey", "ps", "--json")), "the app runs")
    press(menu()["Stop all apps"])
    wait_for("all apps stopped", lambda: not json.loads(output("latchkey", "ps", "--json") or "[]"))
    check(True, "the menu stops all apps")
    network_is_off = lambda: json.loads(output("latchkey", "status", "--json"))[0]["networkOff"]
    check(not network_is_off(), "the network is on")
    press(menu()["All network off"])
    wait_for("the network off for all", network_is_off)
    press(menu()["All network off"])
    wait_for("the network back again", lambda: not network_is_off())
    check(True, "the menu turns the network off for all, and back again")
    press(menu()["Open Latchkey"])
    wait_for("the window", lambda: "Latchkey" in output("wlrctl", "toplevel", "list"))
    shot("4-window")


try:
    prepare()
    tour()
finally:
    end()
print("desktop: all as it should be")
