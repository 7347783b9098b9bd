// SPDX-FileCopyrightText: Latchkey contributors
// SPDX-License-Identifier: GPL-2.0-or-later
import QtQuick
import QtQuick.Layouts
import dev.latchkey.model

// A file of that name is there.
Sheet {
    id: root

    required property FileChooser chooser

    Connections {
        target: root.chooser

        function onOverwrittenChanged() {
            if (root.chooser.overwritten.length > 0)
                root.open();
            else
                root.close();
        }
    }
    onOpened: keep.forceActiveFocus(Qt.TabFocusReason)
    onClosed: if (chooser.overwritten.length > 0)
        chooser.keep()

    contentItem: ColumnLayout {
        spacing: 16

        PlainLabel {
            Layout.fillWidth: true
            text: qsTr("Replace %1?").arg("\u2068" + root.chooser.overwritten + "\u2069")
            wrapMode: Text.WrapAnywhere
            maximumLineCount: 3
            font.pixelSize: Theme.heading
            font.weight: Font.DemiBold
            Accessible.role: Accessible.Heading
        }
        PlainLabel {
            Layout.fillWidth: true
            text: qsTr("There is a file of this name. What is in it now would be lost.")
            wrapMode: Text.Wrap
        }
        RowLayout {
            Layout.alignment: Qt.AlignRight
            spacing: Theme.unit

            PushButton {
                id: keep

                text: qsTr("Keep it")
                onClicked: root.chooser.keep()
            }
            PushButton {
                text: qsTr("Replace")
                manner: PushButton.Ending
                onClicked: root.chooser.overwrite()
            }
        }
    }
}
