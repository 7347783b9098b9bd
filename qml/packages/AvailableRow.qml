// SPDX-FileCopyrightText: Latchkey contributors
// SPDX-License-Identifier: GPL-2.0-or-later
import QtQuick
import QtQuick.Templates as T

// What a repository offers: its author's words on the ground of a quote, where it is from beside them.
T.ItemDelegate {
    id: root

    required property int index
    required property string name
    required property string summary
    required property string source
    required property string signer
    required property bool known

    implicitHeight: lines.implicitHeight + 20
    hoverEnabled: true
    focusPolicy: Qt.StrongFocus
    Accessible.role: Accessible.Button
    Accessible.name: qsTr("%1, not installed").arg(name)
    Accessible.description: [summary.length > 0 ? qsTr("Its author says: “%1”").arg(summary) : "", source, signer].filter(part => part.length > 0).join(". ")
    Keys.onReturnPressed: click()
    Keys.onEnterPressed: click()

    background: Rectangle {
        radius: Theme.radius
        color: root.down ? Theme.pressed : root.hovered ? Theme.raised : Theme.surface
        border.width: 1
        border.color: Theme.hairline

        FocusRing {
            shown: root.visualFocus
            radius: Theme.radius
        }
    }
    contentItem: Item {
        Symbol {
            id: sign

            anchors.left: parent.left
            anchors.leftMargin: 16
            anchors.verticalCenter: parent.verticalCenter
            name: "download"
            size: 24
            color: Theme.dim
        }
        Column {
            id: lines

            anchors.left: sign.right
            anchors.leftMargin: 16
            anchors.right: parent.right
            anchors.rightMargin: 16
            anchors.verticalCenter: parent.verticalCenter
            spacing: 2

            PlainLabel {
                width: parent.width
                text: root.name
                font.weight: Font.DemiBold
                elide: Text.ElideMiddle
                Accessible.ignored: true
            }
            Rectangle {
                anchors.left: parent.left
                width: Math.min(parent.width, says.implicitWidth + 16)
                height: says.implicitHeight + 6
                radius: Theme.half
                color: Theme.quote
                visible: root.summary.length > 0

                PlainLabel {
                    id: says

                    anchors.fill: parent
                    anchors.leftMargin: 8
                    anchors.rightMargin: 8
                    verticalAlignment: Text.AlignVCenter
                    text: qsTr("“%1”").arg(root.summary)
                    Accessible.ignored: true
                }
            }
            PlainLabel {
                width: parent.width
                text: root.source
                font.pixelSize: Theme.small
                color: Theme.dim
                Accessible.ignored: true
            }
            Row {
                width: parent.width
                spacing: 6

                Symbol {
                    id: key

                    anchors.verticalCenter: parent.verticalCenter
                    name: root.known ? "key" : "warning"
                    size: 14
                    color: Theme.dim
                }
                PlainLabel {
                    width: parent.width - key.width - parent.spacing
                    text: root.signer
                    font.pixelSize: Theme.small
                    color: Theme.dim
                    Accessible.ignored: true
                }
            }
        }
    }
}
