// SPDX-FileCopyrightText: Latchkey contributors
// SPDX-License-Identifier: GPL-2.0-or-later
import QtQuick
import dev.latchkey.model

// A question that waits, with all that its own window has.
Card {
    id: root

    required property Question question
    // What moves when the list does.
    required property Item row
    // The answer is given in a window of its own.
    signal windowWanted

    implicitHeight: column.implicitHeight + 32

    CardGuard {
        question: root.question
        row: root.row
    }
    Column {
        id: column

        x: 16
        y: 16
        width: parent.width - 32
        spacing: 12

        WhoHeader {
            width: parent.width
            question: root.question
        }
        ThingCard {
            width: parent.width
            question: root.question
        }
        QuoteBox {
            width: parent.width
            who: root.question.appName
            words: root.question.claim
            visible: root.question.claim.length > 0
        }
        AnswerControls {
            width: parent.width
            enabled: root.question.armed
            visible: !root.question.picks
            question: root.question
        }
        Item {
            width: parent.width
            implicitHeight: Theme.controlHeight
            enabled: root.question.armed

            PushButton {
                anchors.left: parent.left
                anchors.leftMargin: -14
                manner: PushButton.Flat
                text: qsTr("Never ask again")
                visible: !root.question.fromAfar
                onClicked: root.question.never()
            }
            Row {
                anchors.right: parent.right
                spacing: Theme.unit

                PushButton {
                    text: qsTr("Don't allow")
                    onClicked: root.question.deny()
                }
                PushButton {
                    text: root.question.picks ? qsTr("Choose…") : qsTr("Allow")
                    manner: PushButton.Primary
                    onClicked: root.question.picks ? root.windowWanted() : root.question.allow()
                }
            }
        }
    }
}
