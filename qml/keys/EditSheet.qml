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
    onOpened: (edit.making && !edit.holder ? holder : edit.placed ? place : holder).forceActiveFocus(Qt.TabFocusReason)
    title: edit.making ? qsTr("Give access to the network") : qsTr("Change this rule")
    buttons: [
        PushButton {
            text: qsTr("Cancel")
            onClicked: root.edit.cancel()
        },
        PushButton {
            text: root.edit.making ? qsTr("Give") : qsTr("Save")
            enabled: !root.edit.saving
            onClicked: root.edit.save()
        }
    ]

    PlainLabel {
        width: parent.width
        text: root.edit.sentence
        visible: text.length > 0
        wrapMode: Text.Wrap
        maximumLineCount: 4
        Accessible.role: Accessible.StaticText
        Accessible.name: text
    }
    RuleField {
        width: parent.width
        label: qsTr("App")

        InputField {
            id: holder

            width: parent.width
            Accessible.name: qsTr("App, or app@profile")
            text: root.edit.holder
            onTextEdited: root.edit.holder = text
        }
    }
    RuleField {
        width: parent.width
        label: qsTr("It may reach")
        visible: root.edit.network && root.edit.reaches.length > 0

        ChoiceList {
            width: parent.width
            label: qsTr("It may reach")
            choices: root.edit.reaches
            value: root.edit.reach
            onPicked: value => root.edit.reach = value
        }
    }
    RuleField {
        width: parent.width
        label: qsTr("Place")
        visible: root.edit.placed

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
        visible: !root.edit.network

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
        visible: !root.edit.network

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
    AmountField {
        width: parent.width
        visible: root.edit.network
        label: qsTr("A second at most")
        amount: root.edit.perSecond
        onEdited: amount => root.edit.perSecond = amount
    }
    AmountField {
        width: parent.width
        visible: root.edit.network
        label: qsTr("A day at most")
        amount: root.edit.perDay
        onEdited: amount => root.edit.perDay = amount
    }
    AmountField {
        width: parent.width
        visible: root.edit.network
        label: qsTr("Ask again after")
        amount: root.edit.inAll
        onEdited: amount => root.edit.inAll = amount
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
