// SPDX-FileCopyrightText: Latchkey contributors
// SPDX-License-Identifier: GPL-2.0-or-later
import QtQuick
import dev.latchkey.model

// What ends with a machine, before it ends.
Sheet {
    id: root

    required property Parting parting

    visible: parting.open
    onRejected: parting.keep()
    onOpened: keep.forceActiveFocus(Qt.TabFocusReason)
    title: root.parting.title
    buttons: [
        PushButton {
            id: keep

            text: qsTr("Keep it")
            onClicked: root.parting.keep()
        },
        PushButton {
            text: root.parting.blocking ? qsTr("Block") : root.parting.renewing ? qsTr("Forget and add again") : qsTr("Forget")
            manner: PushButton.Ending
            onClicked: root.parting.part()
        }
    ]

    Repeater {
        model: root.parting.lines.length > 8 ? [...root.parting.lines.slice(0, 6), qsTr("and %Ln more", "", root.parting.lines.length - 7), root.parting.lines[root.parting.lines.length - 1]] : root.parting.lines

        PlainLabel {
            required property string modelData

            width: parent?.width ?? 0
            text: modelData
            wrapMode: Text.Wrap
            maximumLineCount: 4
        }
    }
    PlainLabel {
        width: parent.width
        text: root.parting.fault
        visible: text.length > 0
        color: Theme.ending
        wrapMode: Text.Wrap
        Accessible.role: Accessible.AlertMessage
    }
}
