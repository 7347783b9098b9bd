// SPDX-FileCopyrightText: Latchkey contributors
// SPDX-License-Identifier: GPL-2.0-or-later
pragma ComponentBehavior: Bound
import QtQuick
import dev.latchkey.model

// Which rule decided, who made it, when and how.
Sheet {
    id: root

    required property Explanation explanation

    visible: explanation.open
    onRejected: explanation.close()
    onOpened: done.forceActiveFocus(Qt.TabFocusReason)
    title: root.explanation.title
    buttons: [
        PushButton {
            id: done

            text: qsTr("Close")
            onClicked: root.explanation.close()
        }
    ]

    Repeater {
        model: root.explanation.lines

        PlainLabel {
            required property string modelData

            width: parent?.width ?? 0
            text: modelData
            wrapMode: Text.Wrap
            maximumLineCount: 4
            Accessible.role: Accessible.StaticText
            Accessible.name: text
        }
    }
}
