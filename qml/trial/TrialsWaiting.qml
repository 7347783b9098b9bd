// SPDX-FileCopyrightText: Latchkey contributors
// SPDX-License-Identifier: GPL-2.0-or-later
pragma ComponentBehavior: Bound
import QtQuick
import dev.latchkey.model

// Apps that were tried and wait for what stays of it.
Column {
    id: root

    required property TrialReview trials

    visible: trials.waiting.length > 0
    spacing: Theme.unit
    Accessible.role: Accessible.List
    Accessible.name: qsTr("Tried apps")

    Repeater {
        model: root.trials.waiting

        Card {
            id: card

            required property triedApp modelData

            width: root.width
            height: 46
            Accessible.role: Accessible.ListItem
            Accessible.name: words.text

            PlainLabel {
                id: words

                anchors.left: parent.left
                anchors.leftMargin: 16
                anchors.right: look.left
                anchors.rightMargin: 12
                anchors.verticalCenter: parent.verticalCenter
                text: qsTr("%1 was only tried (%2). You have not said what stays.").arg(card.modelData.name).arg(card.modelData.when)
                elide: Text.ElideMiddle
                Accessible.ignored: true
            }
            PushButton {
                id: look

                anchors.right: parent.right
                anchors.rightMargin: 8
                anchors.verticalCenter: parent.verticalCenter
                implicitHeight: 30
                text: qsTr("Look…")
                Accessible.description: card.modelData.name
                onClicked: root.trials.look(card.modelData.id)
            }
        }
    }
}
