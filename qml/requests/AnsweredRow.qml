// SPDX-FileCopyrightText: Latchkey contributors
// SPDX-License-Identifier: GPL-2.0-or-later
import QtQuick

// A question that was answered.
Item {
    id: root

    required property url portrait
    required property string who
    required property string wish
    required property string thing
    required property string place
    required property string outcome
    required property bool allowed
    required property string when
    required property string changeText
    signal changed

    implicitHeight: 56
    Accessible.role: Accessible.ListItem
    Accessible.name: qsTr("%1, %2, %3: %4").arg(who).arg(wish).arg(thing).arg(outcome)

    AppIcon {
        id: picture

        anchors.left: parent.left
        anchors.leftMargin: Theme.margin
        anchors.verticalCenter: parent.verticalCenter
        size: 24
        source: root.portrait
    }
    Column {
        anchors.left: picture.right
        anchors.right: state.left
        anchors.leftMargin: 12
        anchors.rightMargin: 12
        anchors.verticalCenter: parent.verticalCenter
        spacing: 1

        PlainLabel {
            width: parent.width
            text: root.thing
            elide: Text.ElideMiddle
            Accessible.ignored: true
        }
        PlainLabel {
            width: parent.width
            text: root.who + " · " + root.place
            font.pixelSize: Theme.small
            color: Theme.dim
            Accessible.ignored: true
        }
    }
    Row {
        id: state

        anchors.right: change.left
        anchors.rightMargin: 8
        anchors.verticalCenter: parent.verticalCenter
        spacing: 8

        Symbol {
            name: root.allowed ? "key" : "refused"
            color: root.allowed ? Theme.accent : Theme.dim
            anchors.verticalCenter: parent.verticalCenter
        }
        PlainLabel {
            width: Math.min(170, root.width * 0.26)
            text: root.outcome
            color: root.allowed ? Theme.text : Theme.dim
            anchors.verticalCenter: parent.verticalCenter
            Accessible.ignored: true
        }
        PlainLabel {
            width: 72
            text: root.when
            color: Theme.dim
            visible: root.width > 620
            anchors.verticalCenter: parent.verticalCenter
            Accessible.ignored: true
        }
    }
    Item {
        id: change

        anchors.right: parent.right
        anchors.rightMargin: Theme.margin - 4
        anchors.verticalCenter: parent.verticalCenter
        width: 104
        height: 30

        PushButton {
            anchors.right: parent.right
            implicitHeight: 30
            manner: PushButton.Flat
            text: root.changeText
            visible: text.length > 0
            Accessible.description: root.thing
            onClicked: root.changed()
        }
    }
}
