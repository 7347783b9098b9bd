// SPDX-FileCopyrightText: Latchkey contributors
// SPDX-License-Identifier: GPL-2.0-or-later
import QtQuick
import dev.latchkey.model

// The two ways to stop everything, by key. A key is hit by mistake, and what stops may hold unsaved work: so it asks, and
// the answer that can be taken back has the focus. Hit again while it is open, nothing more happens.
Sheet {
    id: root

    required property Desk desk

    title: qsTr("Stop everything?")
    onOpened: (network.enabled ? network : keep).forceActiveFocus(Qt.TabFocusReason)
    buttons: [
        PushButton {
            id: network

            text: qsTr("All network off")
            enabled: !root.desk.health.networkOff
            onClicked: {
                root.desk.setNetworkOff(true);
                root.close();
            }
        },
        PushButton {
            text: qsTr("Stop all apps")
            manner: PushButton.Ending
            onClicked: {
                root.desk.stopAll();
                root.close();
            }
        },
        PushButton {
            id: keep

            text: qsTr("Cancel")
            onClicked: root.close()
        }
    ]

    PlainLabel {
        width: parent?.width ?? 0
        text: root.desk.health.networkOff ? qsTr("The network is off already.") : qsTr("Without the network, apps go on: nothing they send leaves, until you turn it on again.")
        wrapMode: Text.Wrap
        maximumLineCount: 4
    }
    PlainLabel {
        width: parent?.width ?? 0
        text: qsTr("Apps that are stopped are asked to end, and ended five seconds later. What they have not saved is lost.")
        wrapMode: Text.Wrap
        maximumLineCount: 4
    }
}
