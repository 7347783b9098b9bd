// SPDX-FileCopyrightText: Latchkey contributors
// SPDX-License-Identifier: GPL-2.0-or-later
pragma ComponentBehavior: Bound
import QtQuick
import QtQml.Models
import Qt.labs.platform as Platform
import dev.latchkey.model

// In the desktop's tray: how many questions wait, what apps see and hear right now, and the two ways to stop everything.
Platform.SystemTrayIcon {
    id: root

    required property Desk desk
    signal windowWanted
    signal questionsWanted

    component UsedItem: Platform.MenuItem {
        required property string line
        required property string grantId

        text: qsTr("Stop: %1").arg(line)
        onTriggered: root.desk.inUse.stop(grantId)
    }

    readonly property string mood: desk.requests.waiting > 0 ? "-asking" : desk.inUse.count > 0 ? "-in-use" : ""

    visible: available
    icon.source: "qrc:/dev/latchkey/icons/latchkey" + mood + "-symbolic.svg"
    icon.mask: true
    tooltip: desk.requests.waiting > 0 ? qsTr("Latchkey: %Ln question(s) wait", "", desk.requests.waiting) : desk.inUse.count > 0 ? desk.inUse.summary : "Latchkey"
    onActivated: desk.requests.waiting > 0 ? questionsWanted() : windowWanted()

    menu: Platform.Menu {
        id: menu

        Instantiator {
            model: root.desk.inUse
            delegate: UsedItem {}
            onObjectAdded: (index, object) => menu.insertItem(index, object as Platform.MenuItem)
            onObjectRemoved: (index, object) => menu.removeItem(object as Platform.MenuItem)
        }
        Platform.MenuItem {
            text: qsTr("%Ln question(s) wait", "", root.desk.requests.waiting)
            visible: root.desk.requests.waiting > 0
            onTriggered: root.questionsWanted()
        }
        Platform.MenuItem {
            text: qsTr("Open Latchkey")
            onTriggered: root.windowWanted()
        }
        Platform.MenuSeparator {}
        Platform.MenuItem {
            text: qsTr("Stop all apps")
            onTriggered: root.desk.stopAll()
        }
        Platform.MenuItem {
            text: qsTr("All network off")
            checkable: true
            checked: root.desk.health.networkOff
            onTriggered: root.desk.setNetworkOff(!root.desk.health.networkOff)
        }
    }
}
