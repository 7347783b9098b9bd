// SPDX-FileCopyrightText: Latchkey contributors
// SPDX-License-Identifier: GPL-2.0-or-later
import QtQuick
import dev.latchkey.model

// It is among the person's machines now, and gets their name for it.
Column {
    id: root

    required property Pairing pairing
    property alias petname: name.text

    spacing: 12

    function settle() {
        name.forceActiveFocus(Qt.TabFocusReason);
        name.selectAll();
    }

    Item {
        width: parent.width
        height: 48

        MachineMark {
            id: mark

            anchors.left: parent.left
            size: 48
            stripe: root.pairing.stripe
            initials: root.pairing.initials
        }
        InputField {
            id: name

            anchors.left: mark.right
            anchors.leftMargin: 14
            anchors.right: parent.right
            anchors.verticalCenter: parent.verticalCenter
            maximumLength: 60
            text: root.pairing.petname
            Accessible.name: qsTr("Your name for this machine")
            onAccepted: root.pairing.finish(text)
        }
    }
    PlainLabel {
        width: parent.width
        text: root.pairing.fault
        visible: text.length > 0
        color: Theme.ending
        wrapMode: Text.Wrap
        maximumLineCount: 3
        Accessible.role: Accessible.AlertMessage
    }
    PlainLabel {
        width: parent.width
        text: qsTr("This is your own name for it, and its colour. What you share with it you see under Machines and Keys, and can take back there.")
        color: Theme.dim
        wrapMode: Text.Wrap
    }
}
