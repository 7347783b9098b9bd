// SPDX-FileCopyrightText: Latchkey contributors
// SPDX-License-Identifier: GPL-2.0-or-later
import QtQuick
import dev.latchkey.model

// One installed app: what is newer of it, and whether that comes by itself.
Item {
    id: root

    required property int index
    required property string appId
    required property string name
    required property url portrait
    required property string line
    required property int stage
    required property double progress
    required property string fault
    required property bool automatic
    required property bool details
    required property Updates updates
    readonly property bool moving: stage === Updates.Working || stage === Updates.Queued

    implicitHeight: Math.max(lines.implicitHeight, actions.implicitHeight) + 20
    Accessible.role: Accessible.ListItem
    Accessible.name: qsTr("%1: %2").arg(name).arg(line)
    Accessible.description: fault

    Rectangle {
        width: parent.width
        height: 1
        color: Theme.hairline
        visible: root.index > 0
    }
    AppIcon {
        id: icon

        anchors.left: parent.left
        anchors.verticalCenter: parent.verticalCenter
        size: 32
        source: root.portrait
    }
    Column {
        id: lines

        anchors.left: icon.right
        anchors.leftMargin: 12
        anchors.right: actions.left
        anchors.rightMargin: 12
        anchors.verticalCenter: parent.verticalCenter
        spacing: 2

        PlainLabel {
            width: parent.width
            text: root.name
            font.weight: Font.DemiBold
            elide: Text.ElideMiddle
            Accessible.ignored: true
        }
        PlainLabel {
            width: parent.width
            text: root.line
            font.pixelSize: Theme.small
            color: Theme.dim
            wrapMode: Text.Wrap
            maximumLineCount: 2
            Accessible.ignored: true
        }
        PlainLabel {
            width: parent.width
            text: root.fault
            visible: text.length > 0
            font.pixelSize: Theme.small
            color: Theme.ending
            wrapMode: Text.Wrap
            maximumLineCount: 3
            Accessible.role: Accessible.AlertMessage
        }
        Rectangle {
            id: track

            width: parent.width
            height: 4
            radius: 2
            color: Theme.raised
            visible: root.stage === Updates.Working
            Accessible.role: Accessible.ProgressBar
            Accessible.name: qsTr("Installing")

            Rectangle {
                anchors.left: parent.left
                width: Math.round(track.width * Math.max(0, Math.min(1, root.progress)))
                height: parent.height
                radius: 2
                color: Theme.accent
            }
        }
        CheckLine {
            text: qsTr("New versions by themselves, if they ask for no more")
            width: parent.width
            font.pixelSize: Theme.small
            checked: root.automatic
            Accessible.description: root.name
            onToggled: {
                root.updates.setAutomatic(root.appId, checked);
                checked = Qt.binding(() => root.automatic);
            }
        }
    }
    Row {
        id: actions

        anchors.right: parent.right
        anchors.verticalCenter: parent.verticalCenter
        spacing: Theme.unit

        PushButton {
            text: qsTr("Look…")
            implicitHeight: 30
            visible: root.details
            Accessible.description: root.name
            onClicked: root.updates.look(root.appId)
        }
        PushButton {
            text: root.moving ? qsTr("Give up") : qsTr("Update")
            implicitHeight: 30
            visible: root.moving || root.stage === Updates.Ready
            Accessible.description: root.name
            onClicked: root.moving ? root.updates.giveUp(root.appId) : root.updates.update(root.appId)
        }
    }
}
