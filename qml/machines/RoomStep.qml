// SPDX-FileCopyrightText: Latchkey contributors
// SPDX-License-Identifier: GPL-2.0-or-later
pragma ComponentBehavior: Bound
import QtQuick
import dev.latchkey.model

// Both machines are here: one is picked on the other, then words are compared.
Column {
    id: root

    required property Pairing pairing
    required property ThisMachine self

    spacing: 12

    function settle() {
        address.forceActiveFocus(Qt.TabFocusReason);
    }

    PlainLabel {
        width: parent.width
        text: qsTr("Open “Add a machine” on the other one too. Then pick it here, or pick this one there: one of the two is enough.")
        wrapMode: Text.Wrap
    }
    Repeater {
        model: root.pairing.nearby

        WayCard {
            required property nearbyMachine modelData

            width: root.width
            symbol: "machines"
            title: modelData.address
            text: modelData.note
            enabled: root.pairing.trying.length === 0
            onClicked: root.pairing.add(modelData.address)
        }
    }
    PlainLabel {
        width: parent.width
        text: root.pairing.nearby.length > 0 ? qsTr("Anybody can announce anything. The four words will show which machine it is.") : qsTr("No other Latchkey announces itself on this network.")
        font.pixelSize: Theme.small
        color: Theme.dim
        wrapMode: Text.Wrap
    }
    Item {
        width: parent.width
        height: Theme.controlHeight

        InputField {
            id: address

            anchors.left: parent.left
            anchors.right: connect.left
            anchors.rightMargin: Theme.unit
            placeholderText: qsTr("Its address, or ssh and a host")
            enabled: root.pairing.trying.length === 0
            onAccepted: root.pairing.add(text)
        }
        PushButton {
            id: connect

            anchors.right: parent.right
            text: root.pairing.trying.length > 0 ? qsTr("Stop trying") : qsTr("Connect")
            enabled: root.pairing.trying.length > 0 || address.text.trim().length > 0
            onClicked: root.pairing.trying.length > 0 ? root.pairing.stopTrying() : root.pairing.add(address.text)
        }
    }
    PlainLabel {
        width: parent.width
        text: root.pairing.fault.length > 0 ? root.pairing.fault : root.pairing.trying.length > 0 ? qsTr("Connecting to %1…").arg(root.pairing.trying) : ""
        visible: text.length > 0
        color: root.pairing.fault.length > 0 ? Theme.ending : Theme.text
        wrapMode: Text.Wrap
        maximumLineCount: 3
        Accessible.role: Accessible.AlertMessage
    }
    PlainLabel {
        width: parent.width
        text: root.self.identity.length > 0 ? root.self.reach + "\n" + qsTr("There, this machine shows the letters %1.").arg(root.self.identity.slice(0, 4)) : root.self.reach
        color: root.self.trouble.length > 0 ? Theme.text : Theme.dim
        font.pixelSize: Theme.small
        wrapMode: Text.Wrap
        maximumLineCount: 5
    }
}
