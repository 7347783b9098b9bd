// SPDX-FileCopyrightText: Latchkey contributors
// SPDX-License-Identifier: GPL-2.0-or-later
import QtQuick

// What the columns of GrantRow tell. Rows say it themselves to who cannot see them.
Item {
    id: root

    // The rows have a button more.
    property bool sharing: false
    readonly property bool narrow: width < 700

    implicitHeight: visible ? 18 : 0
    visible: !narrow

    Row {
        anchors.right: parent.right
        anchors.rightMargin: Theme.margin + (root.sharing ? 160 : 128)
        anchors.bottom: parent.bottom
        spacing: 12

        PlainLabel {
            width: 138
            text: qsTr("It may")
            font.pixelSize: Theme.small
            color: Theme.dim
            Accessible.ignored: true
        }
        PlainLabel {
            width: 118
            text: qsTr("How long")
            font.pixelSize: Theme.small
            color: Theme.dim
            Accessible.ignored: true
        }
        PlainLabel {
            width: 76
            text: qsTr("Last used")
            visible: root.width > 760
            font.pixelSize: Theme.small
            color: Theme.dim
            Accessible.ignored: true
        }
    }
}
