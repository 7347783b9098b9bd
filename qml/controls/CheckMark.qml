// SPDX-FileCopyrightText: Latchkey contributors
// SPDX-License-Identifier: GPL-2.0-or-later
import QtQuick
import QtQuick.Templates as T

T.CheckBox {
    id: root

    implicitWidth: 20
    implicitHeight: 20
    focusPolicy: Qt.NoFocus
    Accessible.role: Accessible.CheckBox
    Accessible.name: text
    Accessible.checked: checked

    indicator: Rectangle {
        anchors.centerIn: parent
        width: 18
        height: 18
        radius: 4
        color: root.checked ? Theme.accent : Theme.surface
        border.width: root.checked ? 0 : 1
        border.color: Theme.control

        Symbol {
            anchors.centerIn: parent
            name: "check"
            size: 14
            color: Theme.accentInk
            visible: root.checked
        }
    }
    contentItem: null
}
