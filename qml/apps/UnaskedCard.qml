// SPDX-FileCopyrightText: Latchkey contributors
// SPDX-License-Identifier: GPL-2.0-or-later
import QtQuick
import dev.latchkey.model

// What apps have of the desktop without asking, each to be switched off for this one.
Card {
    id: root

    required property AppView app

    height: rows.implicitHeight

    // One of them: on unless its name is among those switched off.
    component Unasked: SettingRow {
        required property AppView app
        required property string feature

        width: parent.width
        on: !app.off.includes(feature)
        onSwitched: on => app.allow(feature, on)
    }

    Column {
        id: rows

        width: parent.width

        Unasked {
            app: root.app
            feature: "sound"
            title: qsTr("Play sound")
            text: qsTr("It can be heard; to hear you, it asks. From its next start on.")
        }
        Unasked {
            app: root.app
            feature: "notifications"
            title: qsTr("Show notifications")
            text: qsTr("Short messages over other windows, under its own name.")
        }
        Unasked {
            app: root.app
            feature: "x-clipboard"
            title: qsTr("Copy and paste in X11 windows")
            text: qsTr("For apps that know nothing newer: while you work in one, what you copied elsewhere can be pasted there, and the other way. From its next start on.")
        }
        Unasked {
            app: root.app
            feature: "input-methods"
            title: qsTr("Write through input methods")
            text: qsTr("What you type in it goes through your input method (ibus, fcitx), as Chinese or Japanese needs it.")
        }
        Unasked {
            app: root.app
            feature: "tray"
            title: qsTr("Show an icon in the panel")
            text: qsTr("A small picture with a menu beside the clock, where your desktop has such a place.")
        }
        Unasked {
            app: root.app
            feature: "media-keys"
            title: qsTr("Follow the media keys")
            text: qsTr("Play and pause reach it, and the panel shows what it plays.")
        }
        Unasked {
            app: root.app
            feature: "accessibility"
            title: qsTr("Be read by screen readers")
            text: qsTr("What its windows say can be read aloud. It cannot read other apps.")
        }
        Unasked {
            app: root.app
            feature: "print"
            title: qsTr("Print")
            text: qsTr("It can send pages to a printer; you choose which one each time.")
        }
        Unasked {
            app: root.app
            feature: "open-with"
            title: qsTr("Open links and files in other apps")
            text: qsTr("You choose the app, unless you said to remember it.")
            last: true
        }
    }
}
