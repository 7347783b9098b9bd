// SPDX-FileCopyrightText: Latchkey contributors
// SPDX-License-Identifier: GPL-2.0-or-later
pragma ComponentBehavior: Bound
import QtQuick
import dev.latchkey.model

// Which machine asks, for what and why; which thing it gets, and on what terms.
FocusScope {
    id: root

    required property Question question
    required property ShareDraft draft
    required property InputGuard guard
    readonly property string notYet: guard.open ? "" : qsTr("Counts in a moment")

    implicitWidth: 560
    implicitHeight: column.implicitHeight + foot.height + 2 * Theme.margin + 16
    Accessible.role: Accessible.Dialog
    Accessible.name: qsTr("%1 %2", "an app's name, what it wants").arg(question.appName).arg(question.wish)

    // The safe answer has the focus, whenever the question comes to the front.
    function settle() {
        deny.forceActiveFocus(Qt.TabFocusReason);
    }
    onQuestionChanged: settle()
    Keys.onEscapePressed: root.question.dismiss()

    Connections {
        target: root.draft

        function onChanged() {
            if (root.draft.fault.length > 0 && !root.draft.sharing)
                Qt.callLater(fields.toFault);
        }
    }

    FocusFlick {
        id: scrolled

        anchors.left: parent.left
        anchors.right: parent.right
        anchors.top: parent.top
        anchors.bottom: foot.top
        anchors.topMargin: Theme.margin
        anchors.bottomMargin: 16
        contentHeight: column.implicitHeight
        interactive: contentHeight > height
        clip: interactive
        around: 4

        Column {
            id: column

            x: Theme.margin
            width: scrolled.width - 2 * Theme.margin
            spacing: 16

            WhoHeader {
                width: parent.width
                question: root.question
            }
            QuoteBox {
                width: parent.width
                who: root.question.appName
                lead: qsTr("%1 calls it:").arg(root.question.appName)
                words: root.question.suggestion
                visible: root.question.suggestion.length > 0
            }
            QuoteBox {
                width: parent.width
                who: root.question.appName
                words: root.question.claim
                visible: root.question.claim.length > 0
            }
            QuoteBox {
                width: parent.width
                who: root.question.appName
                lead: qsTr("%1 would like it:", "for so long").arg(root.question.appName)
                words: root.question.wantedFor
                visible: root.question.wantedFor.length > 0
            }
            ShareFields {
                id: fields

                width: parent.width
                draft: root.draft
                onDone: root.draft.share()
            }
        }
    }
    Column {
        id: foot

        anchors.left: parent.left
        anchors.right: parent.right
        anchors.bottom: parent.bottom
        anchors.margins: Theme.margin
        spacing: 16

        GuardLine {
            width: parent.width
            guard: root.guard
        }
        Item {
            width: parent.width
            implicitHeight: Theme.controlHeight

            PlainLabel {
                anchors.left: parent.left
                anchors.right: answers.left
                anchors.rightMargin: 12
                anchors.verticalCenter: parent.verticalCenter
                font.pixelSize: Theme.small
                color: Theme.dim
                text: root.question.alsoWaiting > 0 ? qsTr("%Ln more", "questions that wait behind this one", root.question.alsoWaiting) : ""
                Accessible.name: root.question.alsoWaiting > 0 ? qsTr("%Ln more from %1", "", root.question.alsoWaiting).arg(root.question.appName) : ""
            }
            Row {
                id: answers

                anchors.right: parent.right
                spacing: Theme.unit

                PushButton {
                    id: deny

                    focus: true
                    text: qsTr("Don't give")
                    enabled: !root.draft.sharing
                    Accessible.description: root.notYet
                    onClicked: root.question.deny()
                }
                PushButton {
                    text: root.draft.sharing ? qsTr("Giving…") : qsTr("Give")
                    manner: PushButton.Primary
                    enabled: !root.draft.sharing
                    Accessible.description: root.notYet
                    onClicked: root.draft.share()
                }
            }
        }
    }
}
