// SPDX-FileCopyrightText: Latchkey contributors
// SPDX-License-Identifier: GPL-2.0-or-later
import QtQuick
import QtQuick.Templates as T

// One of the places.
T.AbstractButton {
    id: root

    required property string symbol
    property int badge: 0
    property bool below: false
    readonly property color ink: checked ? Theme.text : Theme.dim

    implicitHeight: below ? 52 : 40
    focusPolicy: Qt.StrongFocus
    Accessible.role: Accessible.PageTab
    Accessible.name: badge > 0 ? qsTr("%1, %Ln waiting", "", badge).arg(text) : text
    Accessible.selected: checked

    background: Rectangle {
        anchors.fill: parent
        anchors.leftMargin: root.below ? 4 : 8
        anchors.rightMargin: root.below ? 4 : 8
        anchors.topMargin: 2
        anchors.bottomMargin: 2
        radius: Theme.controlRadius
        color: root.checked ? Theme.accentSoft : root.hovered ? Theme.raised : "transparent"

        FocusRing {
            shown: root.visualFocus
            gap: -1
        }
    }
    contentItem: Item {
        Symbol {
            id: sign

            x: root.below ? Math.round((root.width - width) / 2) : root.mirrored ? root.width - width - 20 : 20
            y: root.below ? 9 : Math.round((root.height - height) / 2)
            name: root.symbol
            color: root.checked ? Theme.accent : Theme.dim
        }
        PlainLabel {
            x: root.below ? 4 : root.mirrored ? 12 : 46
            y: root.below ? 28 : Math.round((root.height - height) / 2)
            width: root.below ? root.width - 8 : root.width - 58
            horizontalAlignment: root.below ? Text.AlignHCenter : Text.AlignLeft
            text: root.text
            color: root.ink
            font.pixelSize: root.below ? Theme.small : Theme.body
            font.weight: root.checked ? Font.DemiBold : Font.Normal
            Accessible.ignored: true
        }
        Rectangle {
            visible: root.badge > 0
            x: root.below ? root.width / 2 + 6 : root.mirrored ? 18 : root.width - width - 18
            y: root.below ? 4 : Math.round((root.height - height) / 2)
            width: Math.max(18, count.implicitWidth + 10)
            height: 18
            radius: 9
            color: Theme.accent

            PlainLabel {
                id: count

                anchors.centerIn: parent
                text: root.badge.toLocaleString(Qt.locale(), "f", 0)
                font.pixelSize: Theme.small
                font.weight: Font.DemiBold
                color: Theme.accentInk
                Accessible.ignored: true
            }
        }
    }
}
