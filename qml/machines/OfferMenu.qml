// SPDX-FileCopyrightText: Latchkey contributors
// SPDX-License-Identifier: GPL-2.0-or-later
pragma ComponentBehavior: Bound
import QtQuick

// What can be done with an offer; the keyboard's way to each of its buttons.
PopupMenu {
    id: root

    required property var users
    required property bool fresh
    required property bool accepted
    required property bool usable
    required property bool passable
    required property bool files
    // Where the person finds files; empty: nowhere at the moment.
    required property string place
    required property bool app
    required property bool startable
    required property bool running
    signal takeWanted
    signal startWanted
    signal endWanted
    signal useWanted
    signal showWanted
    signal passWanted
    signal declined
    signal givenBack
    signal stopWanted(grant: string)

    MenuEntry {
        text: qsTr("Show it")
        visible: root.place.length > 0
        onTriggered: root.showWanted()
    }
    MenuEntry {
        text: qsTr("Accept")
        visible: root.app && root.fresh
        onTriggered: root.takeWanted()
    }
    MenuEntry {
        text: qsTr("Start")
        visible: root.startable
        onTriggered: root.startWanted()
    }
    MenuEntry {
        text: qsTr("Stop")
        visible: root.running
        onTriggered: root.endWanted()
    }
    MenuEntry {
        text: root.files && root.accepted ? qsTr("Give it to an app…") : root.fresh || root.users.length === 0 ? qsTr("Use it…") : qsTr("Use it in another app…")
        visible: root.usable
        onTriggered: root.useWanted()
    }
    MenuEntry {
        text: qsTr("No thanks")
        visible: root.fresh
        onTriggered: root.declined()
    }
    MenuEntry {
        text: qsTr("Pass it on…")
        visible: root.passable
        onTriggered: root.passWanted()
    }
    MenuEntry {
        text: qsTr("Give it back…")
        visible: root.accepted
        onTriggered: root.givenBack()
    }
    Instantiator {
        model: root.users
        delegate: MenuEntry {
            required property var modelData

            text: qsTr("Stop %1 using it…").arg(modelData.name)
            onTriggered: root.stopWanted(modelData.grant)
        }
        onObjectAdded: (index, object) => root.insertItem(8 + index, object as MenuEntry)
        onObjectRemoved: (index, object) => root.removeItem(object as MenuEntry)
    }
}
