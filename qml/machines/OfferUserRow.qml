// SPDX-FileCopyrightText: Latchkey contributors
// SPDX-License-Identifier: GPL-2.0-or-later
import QtQuick

// An app that has something of another machine, or the machine it was passed on to.
Item {
    id: root

    required property string name
    required property string line
    required property url portrait
    required property int stripe
    required property string initials
    required property int live
    signal stopWanted

    implicitHeight: 44
    Accessible.ignored: true

    Item {
        id: mark

        anchors.left: parent.left
        anchors.verticalCenter: parent.verticalCenter
        width: 24
        height: 24

        AppIcon {
            size: 24
            source: root.portrait
            visible: root.stripe < 0
        }
        MachineMark {
            size: 24
            stripe: Math.max(0, root.stripe)
            initials: root.initials
            visible: root.stripe >= 0
        }
    }
    Column {
        anchors.left: mark.right
        anchors.leftMargin: 12
        anchors.right: stop.left
        anchors.rightMargin: 12
        anchors.verticalCenter: parent.verticalCenter
        spacing: 1

        Row {
            width: parent.width
            spacing: Theme.unit

            PlainLabel {
                width: Math.min(implicitWidth, parent.width - (open.visible ? open.width + 8 : 0))
                text: root.name
                elide: Text.ElideMiddle
                Accessible.ignored: true
            }
            Rectangle {
                id: open

                width: count.implicitWidth + 14
                height: 18
                radius: 9
                color: Theme.accentSoft
                visible: root.live > 0

                PlainLabel {
                    id: count

                    anchors.centerIn: parent
                    text: qsTr("%Ln open", "connections", root.live)
                    font.pixelSize: Theme.small
                    Accessible.ignored: true
                }
            }
        }
        PlainLabel {
            width: parent.width
            text: root.line
            font.pixelSize: Theme.small
            color: Theme.dim
            Accessible.ignored: true
        }
    }
    PushButton {
        id: stop

        anchors.right: parent.right
        anchors.verticalCenter: parent.verticalCenter
        implicitHeight: 30
        manner: PushButton.Flat
        text: qsTr("Stop…")
        focusPolicy: Qt.NoFocus
        Accessible.description: root.name
        onClicked: root.stopWanted()
    }
}
