// SPDX-FileCopyrightText: Latchkey contributors
// SPDX-License-Identifier: GPL-2.0-or-later
pragma ComponentBehavior: Bound
import QtQuick
import dev.latchkey.model

// What a machine was asked for: it stands above what it offers.
Column {
    id: root

    required property WishesModel wishes

    visible: wishes.count > 0
    height: visible ? implicitHeight : 0

    SectionHeading {
        width: root.width
        section: qsTr("You asked for")
    }
    Repeater {
        model: root.wishes

        Item {
            id: row

            required property string wishId
            required property string what
            required property string stateText
            required property bool waits
            required property bool given

            width: root.width
            implicitHeight: 48
            Accessible.role: Accessible.ListItem
            Accessible.name: what + ", " + stateText

            Symbol {
                id: mark

                anchors.left: parent.left
                anchors.leftMargin: Theme.margin + 4
                anchors.verticalCenter: parent.verticalCenter
                name: row.waits ? "question" : row.given ? "key" : "refused"
                color: row.waits || row.given ? Theme.accent : Theme.dim
            }
            Column {
                anchors.left: mark.right
                anchors.leftMargin: 12
                anchors.right: back.left
                anchors.rightMargin: 12
                anchors.verticalCenter: parent.verticalCenter
                spacing: 1

                PlainLabel {
                    width: parent.width
                    text: row.what
                    elide: Text.ElideMiddle
                    Accessible.ignored: true
                }
                PlainLabel {
                    width: parent.width
                    text: row.stateText
                    font.pixelSize: Theme.small
                    color: Theme.dim
                    elide: Text.ElideRight
                    Accessible.ignored: true
                }
            }
            PushButton {
                id: back

                anchors.right: parent.right
                anchors.rightMargin: Theme.margin - 4
                anchors.verticalCenter: parent.verticalCenter
                width: visible ? implicitWidth : 0
                implicitHeight: 30
                manner: PushButton.Flat
                text: qsTr("Take back")
                visible: row.waits
                Accessible.description: row.what
                onClicked: root.wishes.takeBack(row.wishId)
            }
        }
    }
}
