// SPDX-FileCopyrightText: Latchkey contributors
// SPDX-License-Identifier: GPL-2.0-or-later
pragma ComponentBehavior: Bound
import QtQuick
import dev.latchkey.model

// One rule, changed: the sentence it would be comes first.
Sheet {
    id: root

    required property RuleEdit edit

    width: Math.min(560, parent ? parent.width - 48 : 560)
    visible: edit.open
    onRejected: edit.cancel()
    onOpened: place.forceActiveFocus(Qt.TabFocusReason)
    title: qsTr("Change this rule")
    buttons: [
        PushButton {
            text: qsTr("Cancel")
            onClicked: root.edit.cancel()
        },
        PushButton {
            text: qsTr("Save")
            enabled: !root.edit.saving
            onClicked: root.edit.save()
        }
    ]

    PlainLabel {
        width: parent.width
        text: root.edit.sentence
        wrapMode: Text.Wrap
        maximumLineCount: 4
        Accessible.role: Accessible.StaticText
        Accessible.name: text
    }
    RuleField {
        width: parent.width
        label: qsTr("App")

        InputField {
            width: parent.width
            Accessible.name: qsTr("App, or app@profile")
            text: root.edit.holder
            onTextEdited: root.edit.holder = text
        }
    }
    RuleField {
        width: parent.width
        label: qsTr("Place")

        InputField {
            id: place

            width: parent.width
            Accessible.name: qsTr("Place")
            text: root.edit.place
            onTextEdited: root.edit.place = text
            onAccepted: root.edit.save()
        }
    }
    PlainLabel {
        width: parent.width
        text: root.edit.preview
        visible: text.length > 0
        wrapMode: Text.Wrap
        maximumLineCount: 4
        font.pixelSize: Theme.small
        color: Theme.dim
        Accessible.role: Accessible.StaticText
        Accessible.name: text
    }
    RuleField {
        width: parent.width
        label: qsTr("How far")

        ChoiceList {
            width: parent.width
            label: qsTr("How far")
            choices: root.edit.scopes
            value: root.edit.scope
            onPicked: value => root.edit.scope = value
        }
    }
    RuleField {
        width: parent.width
        label: qsTr("It may")

        Segments {
            anchors.left: parent.left
            label: qsTr("It may")
            choices: root.edit.accesses
            value: root.edit.access
            onPicked: value => root.edit.access = value
        }
    }
    RuleField {
        width: parent.width
        label: qsTr("How long")

        ChoiceList {
            width: parent.width
            label: qsTr("How long")
            choices: root.edit.lastings
            value: root.edit.lasting
            onPicked: value => root.edit.lasting = value
        }
    }
    RuleField {
        width: parent.width
        label: qsTr("Keep even when unused")
        visible: root.edit.mayKeep

        Toggle {
            anchors.left: parent.left
            text: qsTr("Keep even when unused")
            checked: root.edit.keep
            onToggled: root.edit.keep = checked
        }
    }
    PlainLabel {
        width: parent.width
        text: root.edit.speed
        visible: text.length > 0
        wrapMode: Text.Wrap
        maximumLineCount: 4
        font.pixelSize: Theme.small
        color: Theme.dim
        Accessible.role: Accessible.StaticText
        Accessible.name: text
    }
    PlainLabel {
        width: parent.width
        text: root.edit.fault
        visible: text.length > 0
        wrapMode: Text.Wrap
        maximumLineCount: 4
        color: Theme.ending
        Accessible.role: Accessible.AlertMessage
        Accessible.name: text
    }
}
