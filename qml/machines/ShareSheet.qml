// SPDX-FileCopyrightText: Latchkey contributors
// SPDX-License-Identifier: GPL-2.0-or-later
pragma ComponentBehavior: Bound
import QtQuick
import dev.latchkey.model

// Sharing one thing with one machine. Nothing happens before the button, and the sentence above it says what will.
Sheet {
    id: root

    required property ShareDraft draft

    function faultOf(field: int): string {
        return draft.faulty === field ? draft.fault : "";
    }
    function settle() {
        if (draft.passing)
            machine.forceActiveFocus(Qt.TabFocusReason);
        else
            fields.settle();
    }
    function toFault() {
        if (draft.faulty === ShareDraft.TheMachine)
            machine.forceActiveFocus(Qt.TabFocusReason);
        else
            fields.toFault();
    }

    visible: draft.open
    width: Math.min(600, parent ? parent.width - 48 : 600)
    onRejected: draft.cancel()
    onOpened: settle()
    title: draft.passing ? qsTr("Pass on %1").arg(draft.passed) : qsTr("Share something")
    buttons: [
        PushButton {
            text: qsTr("Cancel")
            onClicked: root.draft.cancel()
        },
        PushButton {
            text: root.draft.sharing ? qsTr("Sharing…") : root.draft.passing ? qsTr("Pass on") : qsTr("Share")
            manner: PushButton.Primary
            enabled: !root.draft.sharing
            onClicked: {
                root.draft.share();
                root.toFault();
            }
        }
    ]

    Connections {
        target: root.draft

        function onChanged() {
            if (root.draft.fault.length > 0 && !root.draft.sharing && root.opened)
                Qt.callLater(root.toFault);
        }
    }

    RuleField {
        width: parent.width
        label: root.draft.passing ? qsTr("To", "a machine") : qsTr("With", "a machine")

        Column {
            width: parent.width

            PickBox {
                id: machine

                width: parent.width
                label: root.draft.passing ? qsTr("To", "a machine") : qsTr("With", "a machine")
                model: root.draft.machines
                currentIndex: root.draft.machine
                onActivated: index => root.draft.machine = index
            }
            FieldFault {
                width: parent.width
                text: root.faultOf(ShareDraft.TheMachine)
            }
        }
    }
    ShareFields {
        id: fields

        width: parent.width
        draft: root.draft
        onDone: root.draft.share()
    }
}
