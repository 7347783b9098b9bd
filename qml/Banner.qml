// SPDX-FileCopyrightText: Latchkey contributors
// SPDX-License-Identifier: GPL-2.0-or-later
import QtQuick
import dev.latchkey.model

// How Latchkey itself is, when it is not well.
Rectangle {
    id: root

    required property Health health
    signal networkWanted
    signal findingsWanted

    implicitHeight: health.line.length > 0 ? Math.max(44, label.implicitHeight + 20) : 0
    visible: implicitHeight > 0
    color: Theme.notice
    Accessible.role: Accessible.AlertMessage
    Accessible.name: health.line

    Symbol {
        id: sign

        anchors.left: parent.left
        anchors.leftMargin: Theme.margin
        anchors.verticalCenter: parent.verticalCenter
        name: root.health.online ? "warning" : "info"
    }
    PlainLabel {
        id: label

        anchors.left: sign.right
        anchors.right: button.left
        anchors.leftMargin: 12
        anchors.rightMargin: 12
        anchors.verticalCenter: parent.verticalCenter
        text: root.health.line
        wrapMode: Text.Wrap
        maximumLineCount: 3
        Accessible.ignored: true
    }
    PushButton {
        id: button

        anchors.right: parent.right
        anchors.rightMargin: visible ? Theme.margin : 12
        anchors.verticalCenter: parent.verticalCenter
        implicitHeight: 30
        visible: root.health.online && (root.health.networkOff || root.health.findings.length > 0)
        width: visible ? implicitWidth : 0
        text: root.health.networkOff ? qsTr("Turn it on again") : qsTr("Show")
        onClicked: root.health.networkOff ? root.networkWanted() : root.findingsWanted()
    }
    Rectangle {
        anchors.bottom: parent.bottom
        width: parent.width
        height: 1
        color: Theme.hairline
    }
}
