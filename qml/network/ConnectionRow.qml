// SPDX-FileCopyrightText: Latchkey contributors
// SPDX-License-Identifier: GPL-2.0-or-later
import QtQuick
import QtQuick.Templates as T
import dev.latchkey.model

// One connection, or one port on which the app offers something.
T.ItemDelegate {
    id: root

    required property string host
    required property string detail
    required property string progress
    required property bool live
    required property bool offer
    required property string offered
    required property int sharePort
    property bool shareable: false
    signal shareWanted
    signal ended
    signal offeredTo(whom: int)

    implicitHeight: lines.implicitHeight + 16
    hoverEnabled: true
    highlighted: ListView.isCurrentItem && (ListView.view?.activeFocus ?? false)
    focusPolicy: Qt.NoFocus
    Accessible.role: Accessible.ListItem
    Accessible.name: [host, detail, progress].filter(part => part.length > 0).join(", ")

    background: Rectangle {
        radius: Theme.controlRadius
        color: root.hovered ? Theme.raised : "transparent"

        FocusRing {
            shown: root.highlighted
            gap: -1
        }
    }
    contentItem: Item {
        Symbol {
            id: look

            anchors.left: parent.left
            anchors.leftMargin: Theme.unit
            anchors.verticalCenter: parent.verticalCenter
            name: root.offer ? "listen" : "network"
            size: 20
            color: root.live || root.offer ? Theme.accent : Theme.dim
        }
        Column {
            id: lines

            anchors.left: look.right
            anchors.leftMargin: 12
            anchors.right: actions.left
            anchors.rightMargin: 12
            anchors.verticalCenter: parent.verticalCenter
            spacing: 1

            PlainLabel {
                width: parent.width
                text: root.host
                color: root.live || root.offer ? Theme.text : Theme.dim
                elide: Text.ElideMiddle
                Accessible.ignored: true
            }
            PlainLabel {
                width: parent.width
                text: root.detail
                visible: text.length > 0
                font.pixelSize: Theme.small
                color: Theme.dim
                elide: Text.ElideRight
                Accessible.ignored: true
            }
            PlainLabel {
                width: parent.width
                text: root.progress
                font.pixelSize: Theme.small
                color: Theme.dim
                elide: Text.ElideRight
                font.features: ({
                        "tnum": 1
                    })
                Accessible.ignored: true
            }
        }
        Row {
            id: actions

            anchors.right: parent.right
            anchors.verticalCenter: parent.verticalCenter

            PushButton {
                implicitHeight: 30
                manner: PushButton.Flat
                visible: root.live
                text: qsTr("End")
                Accessible.description: root.host
                onClicked: root.ended()
            }
            PushButton {
                implicitHeight: 30
                manner: PushButton.Flat
                visible: root.offer && root.offered.length === 0
                text: qsTr("This computer")
                Accessible.description: qsTr("Lets programs of this computer reach it")
                onClicked: root.offeredTo(ConnectionsModel.ThisComputer)
            }
            PushButton {
                implicitHeight: 30
                manner: PushButton.Flat
                visible: root.offer && root.offered.length === 0
                text: qsTr("My network")
                Accessible.description: qsTr("Lets other computers of your network reach it")
                onClicked: root.offeredTo(ConnectionsModel.LocalNetwork)
            }
            PushButton {
                implicitHeight: 30
                manner: PushButton.Flat
                visible: root.shareable
                text: qsTr("A machine…")
                Accessible.description: qsTr("Lets another machine use it")
                onClicked: root.shareWanted()
            }
            PushButton {
                implicitHeight: 30
                manner: PushButton.Flat
                visible: root.offer && root.offered.length > 0
                text: qsTr("Stop offering")
                Accessible.description: root.host
                onClicked: root.offeredTo(ConnectionsModel.Nobody)
            }
        }
    }
}
