// SPDX-FileCopyrightText: Latchkey contributors
// SPDX-License-Identifier: GPL-2.0-or-later
pragma ComponentBehavior: Bound
import QtQuick
import QtQuick.Templates as T

// One of several, folded away.
T.ComboBox {
    id: root

    required property string label

    implicitWidth: 200
    implicitHeight: Theme.controlHeight
    leftPadding: 10
    rightPadding: 10
    font.pixelSize: Theme.body
    focusPolicy: Qt.StrongFocus
    Accessible.role: Accessible.ComboBox
    Accessible.name: label + ": " + currentText

    contentItem: PlainLabel {
        rightPadding: root.mirrored ? 0 : 22
        leftPadding: root.mirrored ? 22 : 0
        verticalAlignment: Text.AlignVCenter
        text: root.displayText
        Accessible.ignored: true
    }
    indicator: Symbol {
        x: root.mirrored ? 8 : root.width - width - 8
        anchors.verticalCenter: parent.verticalCenter
        name: "down"
        color: Theme.dim
    }
    background: Rectangle {
        radius: Theme.controlRadius
        color: root.down ? Theme.pressed : root.hovered ? Theme.raised : Theme.surface
        border.width: 1
        border.color: Theme.control

        FocusRing {
            shown: root.visualFocus
        }
    }
    delegate: T.ItemDelegate {
        id: entry

        required property string modelData
        required property int index

        width: ListView.view.width
        implicitHeight: 32
        leftPadding: 12
        rightPadding: 12
        highlighted: root.highlightedIndex === index
        Accessible.role: Accessible.ListItem
        Accessible.name: modelData

        contentItem: PlainLabel {
            text: entry.modelData
            verticalAlignment: Text.AlignVCenter
            font.weight: root.currentIndex === entry.index ? Font.DemiBold : Font.Normal
            Accessible.ignored: true
        }
        background: Rectangle {
            radius: Theme.controlRadius
            color: entry.highlighted ? Theme.raised : "transparent"
        }
    }
    popup: T.Popup {
        y: -implicitHeight - 2
        width: Math.max(root.width, 220)
        implicitHeight: Math.min(contentItem.implicitHeight + 8, 320)
        padding: 4
        margins: 4

        contentItem: ListView {
            clip: true
            implicitHeight: contentHeight
            model: root.delegateModel
            currentIndex: root.highlightedIndex
        }
        background: Card {
            border.color: Theme.control
        }
    }
}
