// SPDX-FileCopyrightText: Latchkey contributors
// SPDX-License-Identifier: GPL-2.0-or-later
import QtQuick
import dev.latchkey.model

// What is known of a machine beside its name.
FocusFlick {
    id: root

    required property MachineView machine

    contentHeight: column.implicitHeight + 2 * Theme.margin
    clip: true

    component Fact: RuleField {
        id: fact

        required property string value

        width: parent?.width ?? 0
        visible: value.length > 0

        PlainLabel {
            width: parent.width
            text: fact.value
            wrapMode: Text.Wrap
            Accessible.name: fact.label + ": " + text
        }
    }

    Column {
        id: column

        x: Theme.margin
        y: 16
        width: Math.min(root.width - 2 * Theme.margin, 720)
        spacing: 12

        QuoteBox {
            width: parent.width
            who: ""
            lead: qsTr("It calls itself:")
            words: root.machine.announced
            visible: root.machine.announced.length > 0
        }
        Fact {
            label: qsTr("Added")
            value: root.machine.paired
        }
        Fact {
            label: qsTr("Last connected")
            value: root.machine.seen
        }
        Fact {
            label: qsTr("Known by")
            value: root.machine.identity
        }
        PlainLabel {
            width: parent.width
            text: qsTr("This is made from its key. No other machine can have it, whatever it calls itself.")
            font.pixelSize: Theme.small
            color: Theme.dim
            wrapMode: Text.Wrap
        }
    }
}
