// SPDX-FileCopyrightText: Latchkey contributors
// SPDX-License-Identifier: GPL-2.0-or-later
import QtQuick
import QtQuick.Layouts
import dev.latchkey.model

// One question: who, what, the app's words, how much, how long. The frame of every prompt.
FocusScope {
    id: root

    required property Question question
    required property InputGuard guard
    property bool expanded: false
    // The filling line, for who cannot see it.
    readonly property string notYet: guard.open ? "" : qsTr("Counts in a moment")
    signal pageWanted(app: string)

    implicitWidth: 440
    implicitHeight: column.implicitHeight + 2 * Theme.margin
    Accessible.role: Accessible.Dialog
    Accessible.name: qsTr("%1 %2", "an app's name, what it wants").arg(question.appName).arg(question.wish)

    // The safe answer has the focus, whenever the question comes to the front.
    function settle() {
        expanded = false;
        deny.forceActiveFocus(Qt.TabFocusReason);
    }
    onQuestionChanged: settle()

    Keys.onPressed: event => {
        event.accepted = true;
        if (event.key === Qt.Key_Escape)
            question.dismiss();
        else if (event.modifiers & ~Qt.KeypadModifier & ~Qt.ShiftModifier)
            event.accepted = false;
        else if (event.key === Qt.Key_1)
            question.access = Terms.Access.Read;
        else if (event.key === Qt.Key_2)
            question.access = Terms.Access.Write;
        else if (event.key === Qt.Key_T)
            question.lasting = Terms.Lasting.Once;
        else if (event.key === Qt.Key_R)
            question.lasting = Terms.Lasting.Run;
        else if (event.key === Qt.Key_U)
            question.lasting = Terms.Lasting.Until;
        else if (event.key === Qt.Key_A)
            question.lasting = Terms.Lasting.Always;
        else
            event.accepted = false;
    }

    ColumnLayout {
        id: column

        anchors.left: parent.left
        anchors.right: parent.right
        anchors.top: parent.top
        anchors.margins: Theme.margin
        spacing: 16

        WhoHeader {
            Layout.fillWidth: true
            question: root.question
        }
        ThingCard {
            Layout.fillWidth: true
            question: root.question
            visible: !root.question.several
        }
        PlacesCard {
            Layout.fillWidth: true
            question: root.question
            visible: root.question.several
        }
        QuoteBox {
            Layout.fillWidth: true
            who: root.question.appName
            words: root.question.claim
            visible: root.question.claim.length > 0 && !root.question.several
        }
        AnswerControls {
            Layout.fillWidth: true
            question: root.question
        }
        PromptDetails {
            Layout.fillWidth: true
            question: root.question
            visible: root.expanded
            onPageWanted: root.pageWanted(root.question.app)
        }
        GuardLine {
            Layout.fillWidth: true
            guard: root.guard
        }
        RowLayout {
            Layout.fillWidth: true
            spacing: Theme.unit

            PushButton {
                Layout.leftMargin: -14
                manner: PushButton.Flat
                text: qsTr("Details")
                symbol: root.expanded ? "down" : LayoutMirroring.enabled ? "back" : "forward"
                Accessible.checkable: true
                Accessible.checked: root.expanded
                onClicked: root.expanded = !root.expanded
            }
            PlainLabel {
                Layout.fillWidth: true
                font.pixelSize: Theme.small
                color: Theme.dim
                text: root.question.alsoWaiting > 0 ? qsTr("%Ln more", "questions that wait behind this one", root.question.alsoWaiting) : ""
                Accessible.name: root.question.alsoWaiting > 0 ? qsTr("%Ln more from %1", "", root.question.alsoWaiting).arg(root.question.appName) : ""
            }
            PushButton {
                id: deny

                focus: true
                text: qsTr("Don't allow")
                Accessible.description: root.notYet
                onClicked: root.question.deny()
            }
            PushButton {
                text: qsTr("Allow")
                manner: PushButton.Primary
                Accessible.description: root.notYet
                onClicked: root.question.allow()
            }
        }
    }
}
