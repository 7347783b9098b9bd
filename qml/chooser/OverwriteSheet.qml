// SPDX-FileCopyrightText: Latchkey contributors
// SPDX-License-Identifier: GPL-2.0-or-later
import QtQuick
import dev.latchkey.model

// A file of that name is there.
Sheet {
    id: root

    required property FileChooser chooser

    title: qsTr("Replace %1?").arg("\u2068" + chooser.overwritten + "\u2069")
    buttons: [
        PushButton {
            id: keep

            text: qsTr("Keep it")
            onClicked: root.chooser.keep()
        },
        PushButton {
            text: qsTr("Replace")
            manner: PushButton.Ending
            onClicked: root.chooser.overwrite()
        }
    ]
    onOpened: keep.forceActiveFocus(Qt.TabFocusReason)
    onClosed: if (chooser.overwritten.length > 0)
        chooser.keep()

    readonly property Connections watch: Connections {
        target: root.chooser

        function onOverwrittenChanged() {
            if (root.chooser.overwritten.length > 0)
                root.open();
            else
                root.close();
        }
    }

    PlainLabel {
        width: parent.width
        text: qsTr("There is a file of this name. What is in it now would be lost.")
        wrapMode: Text.Wrap
    }
}
