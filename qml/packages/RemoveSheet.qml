// SPDX-FileCopyrightText: Latchkey contributors
// SPDX-License-Identifier: GPL-2.0-or-later
import QtQuick
import QtQuick.Templates
import dev.latchkey.model

// What ends with an app, before it is removed.
Sheet {
    id: root

    required property Packages packages

    visible: packages.leaving.length > 0
    closePolicy: packages.ending ? Popup.NoAutoClose : Popup.CloseOnEscape
    onRejected: packages.keep()
    onOpened: keep.forceActiveFocus(Qt.TabFocusReason)
    title: qsTr("Remove %1?").arg(packages.leavingName)
    buttons: [
        PushButton {
            id: keep

            text: qsTr("Cancel")
            enabled: !root.packages.ending
            onClicked: root.packages.keep()
        },
        PushButton {
            text: qsTr("Remove")
            manner: PushButton.Ending
            enabled: !root.packages.busy
            onClicked: root.packages.remove()
        }
    ]

    PlainLabel {
        width: parent.width
        text: root.packages.consequences
        wrapMode: Text.Wrap
        Accessible.role: Accessible.StaticText
        Accessible.name: text
    }
    CheckLine {
        width: parent.width
        text: qsTr("Delete its own files too, such as its settings")
        checked: root.packages.withData
        enabled: !root.packages.busy
        onToggled: root.packages.withData = checked
    }
    PlainLabel {
        width: parent.width
        text: root.packages.withData ? qsTr("They cannot be brought back. Your files stay as they are.") : qsTr("They are kept, for when it is installed again by the same author. Your files stay as they are.")
        color: Theme.dim
        wrapMode: Text.Wrap
        Accessible.role: Accessible.StaticText
        Accessible.name: text
    }
    PlainLabel {
        width: parent.width
        text: root.packages.fault
        visible: text.length > 0
        color: Theme.ending
        wrapMode: Text.Wrap
        maximumLineCount: 4
        Accessible.role: Accessible.AlertMessage
        Accessible.name: text
    }
}
