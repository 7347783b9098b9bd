// SPDX-FileCopyrightText: Latchkey contributors
// SPDX-License-Identifier: GPL-2.0-or-later
import QtQuick
import Qt.labs.platform as Platform
import dev.latchkey.model

// In the desktop's tray: how many questions wait, and the two ways to stop everything.
Platform.SystemTrayIcon {
    id: root

    required property Desk desk
    signal windowWanted
    signal questionsWanted

    visible: available
    icon.source: desk.requests.waiting > 0 ? "qrc:/dev/latchkey/icons/latchkey-asking-symbolic.svg" : "qrc:/dev/latchkey/icons/latchkey-symbolic.svg"
    icon.mask: true
    tooltip: desk.requests.waiting > 0 ? qsTr("Latchkey: %Ln question(s) wait", "", desk.requests.waiting) : "Latchkey"
    onActivated: desk.requests.waiting > 0 ? questionsWanted() : windowWanted()

    menu: Platform.Menu {
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
