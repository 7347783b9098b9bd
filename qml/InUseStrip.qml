// SPDX-FileCopyrightText: Latchkey contributors
// SPDX-License-Identifier: GPL-2.0-or-later
pragma ComponentBehavior: Bound
import QtQuick
import dev.latchkey.model

// What apps see and hear of the person right now, a line each, and the end of it.
Column {
    id: root

    required property InUse inUse

    Repeater {
        model: root.inUse

        Rectangle {
            id: row

            required property string grantId
            required property string line
            required property string symbol

            width: root.width
            implicitHeight: Math.max(44, label.implicitHeight + 20)
            color: Theme.notice
            Accessible.role: Accessible.AlertMessage
            Accessible.name: line

            Symbol {
                id: sign

                anchors.left: parent.left
                anchors.leftMargin: Theme.margin
                anchors.verticalCenter: parent.verticalCenter
                name: row.symbol
            }
            PlainLabel {
                id: label

                anchors.left: sign.right
                anchors.right: button.left
                anchors.leftMargin: 12
                anchors.rightMargin: 12
                anchors.verticalCenter: parent.verticalCenter
                text: row.line
                wrapMode: Text.Wrap
                maximumLineCount: 2
                Accessible.ignored: true
            }
            PushButton {
                id: button

                anchors.right: parent.right
                anchors.rightMargin: Theme.margin
                anchors.verticalCenter: parent.verticalCenter
                implicitHeight: 30
                text: qsTr("Stop")
                Accessible.name: qsTr("Stop: %1").arg(row.line)
                onClicked: root.inUse.stop(row.grantId)
            }
            Rectangle {
                anchors.bottom: parent.bottom
                width: parent.width
                height: 1
                color: Theme.hairline
            }
        }
    }
}
