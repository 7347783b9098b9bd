// SPDX-FileCopyrightText: Latchkey contributors
// SPDX-License-Identifier: GPL-2.0-or-later
import QtQuick
import QtQuick.Templates as T

T.Button {
    id: root

    enum Manner {
        Plain,
        Primary,
        Ending,
        Flat
    }
    property int manner: PushButton.Plain
    property string symbol: ""
    readonly property bool filled: manner === PushButton.Primary || manner === PushButton.Ending
    readonly property color ink: !enabled ? Theme.dim : manner === PushButton.Primary ? Theme.accentInk : manner === PushButton.Ending ? Theme.endingInk : Theme.text

    implicitHeight: Theme.controlHeight
    implicitWidth: Math.max(implicitContentWidth + leftPadding + rightPadding, symbol && !text ? implicitHeight : 0)
    leftPadding: text ? 14 : 8
    rightPadding: text ? 14 : 8
    font.pixelSize: Theme.body
    font.weight: filled ? Font.DemiBold : Font.Normal
    focusPolicy: Qt.StrongFocus
    Accessible.role: Accessible.Button
    Accessible.name: text
    Keys.onReturnPressed: click()
    Keys.onEnterPressed: click()

    contentItem: Item {
        readonly property real before: root.symbol.length > 0 ? (root.text.length > 0 ? 22 : 16) : 0

        implicitWidth: before + (root.text.length > 0 ? Math.ceil(label.implicitWidth) : 0)
        implicitHeight: 20

        Symbol {
            readonly property real inset: Math.max(0, Math.round((root.availableWidth - root.implicitContentWidth) / 2))

            x: root.mirrored ? parent.width - width - inset : inset
            anchors.verticalCenter: parent.verticalCenter
            name: root.symbol
            color: root.ink
            visible: root.symbol.length > 0
        }
        PlainLabel {
            id: label

            anchors.fill: parent
            anchors.leftMargin: parent.before
            horizontalAlignment: Text.AlignHCenter
            verticalAlignment: Text.AlignVCenter
            text: root.text
            font: root.font
            color: root.ink
            visible: root.text.length > 0
            Accessible.ignored: true
        }
    }
    background: Rectangle {
        radius: Theme.controlRadius
        color: {
            if (!root.enabled)
                return root.manner === PushButton.Flat ? "transparent" : Theme.raised;
            if (root.manner === PushButton.Primary)
                return root.down ? Qt.darker(Theme.accent, 1.15) : root.hovered ? Qt.lighter(Theme.accent, 1.08) : Theme.accent;
            if (root.manner === PushButton.Ending)
                return root.down ? Qt.darker(Theme.ending, 1.15) : root.hovered ? Qt.lighter(Theme.ending, 1.08) : Theme.ending;
            if (root.down)
                return Theme.pressed;
            if (root.hovered)
                return Theme.raised;
            return root.manner === PushButton.Flat ? "transparent" : Theme.surface;
        }
        border.width: root.manner === PushButton.Plain ? 1 : 0
        border.color: root.enabled ? Theme.control : Theme.hairline

        FocusRing {
            shown: root.visualFocus
        }
    }
}
