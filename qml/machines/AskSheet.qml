// SPDX-FileCopyrightText: Latchkey contributors
// SPDX-License-Identifier: GPL-2.0-or-later
pragma ComponentBehavior: Bound
import QtQuick
import dev.latchkey.model

// Asking another machine's person for something of theirs.
Sheet {
    id: root

    required property AskDraft draft

    visible: draft.open
    width: Math.min(560, parent ? parent.width - 48 : 560)
    onRejected: draft.cancel()
    onOpened: what.settle()
    title: qsTr("Ask %1 for something").arg(draft.machine)
    buttons: [
        PushButton {
            text: qsTr("Cancel")
            onClicked: root.draft.cancel()
        },
        PushButton {
            text: root.draft.asking ? qsTr("Asking…") : qsTr("Ask")
            manner: PushButton.Primary
            enabled: !root.draft.asking
            onClicked: root.draft.ask()
        }
    ]

    RuleField {
        width: parent.width
        label: qsTr("For", "a thing")

        ChoiceList {
            id: what

            width: parent.width
            label: qsTr("For", "a thing")
            choices: root.draft.whats
            value: root.draft.what
            onPicked: value => root.draft.what = value
        }
    }
    RuleField {
        width: parent.width
        label: qsTr("Called")

        InputField {
            width: parent.width
            maximumLength: 60
            placeholderText: qsTr("As far as you know; they pick which")
            Accessible.name: qsTr("What it is called")
            text: root.draft.name
            onTextEdited: root.draft.name = text
            onAccepted: root.draft.ask()
        }
    }
    RuleField {
        width: parent.width
        label: qsTr("To", "for what purpose")
        visible: root.draft.ofFiles

        Segments {
            width: Math.min(parent.width, Math.max(180, implicitWidth))
            label: qsTr("To", "for what purpose")
            choices: root.draft.accesses
            value: root.draft.access
            onPicked: value => root.draft.access = value
        }
    }
    RuleField {
        width: parent.width
        label: qsTr("How long")

        Segments {
            width: parent.width
            label: qsTr("How long")
            choices: root.draft.lastings
            value: root.draft.lasting
            onPicked: value => root.draft.lasting = value
        }
    }
    RuleField {
        width: parent.width
        label: qsTr("Why")

        InputField {
            width: parent.width
            maximumLength: 200
            placeholderText: qsTr("In a few words, for them to read")
            Accessible.name: qsTr("Why you ask")
            text: root.draft.reason
            onTextEdited: root.draft.reason = text
            onAccepted: root.draft.ask()
        }
    }
    PlainLabel {
        width: parent.width
        text: root.draft.later ? qsTr("%1 is not connected: it is asked when it is.").arg(root.draft.machine) : qsTr("The question appears on the screen of %1. What its person gives you is yours at once.").arg(root.draft.machine)
        color: Theme.dim
        wrapMode: Text.Wrap
        maximumLineCount: 3
        Accessible.role: Accessible.StaticText
    }
    FieldFault {
        width: parent.width
        font.pixelSize: Theme.body
        text: root.draft.fault
    }
}
