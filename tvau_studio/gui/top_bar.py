"""The bar at the top: menus, the project, the search field, the model, export."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QSize, Qt
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QHBoxLayout, QLabel, QMenu, QToolButton, QWidget

from tvau_studio.gui.forms import counted
from tvau_studio.gui.palette import Palette
from tvau_studio.gui.state import State
from tvau_studio.gui.theme import set_role
from tvau_studio.gui.words import tr

_STATES = {
    "unknown": ("muted", "{model} is looked for"),
    "none": ("bad", "{model} is not installed"),
    "installed": ("muted", "{model} is installed; it loads when it is needed"),
    "loading": ("warn", "{model} is being loaded"),
    "ready": ("ok", "{model} is ready"),
    "failed": ("bad", "{model} cannot be used"),
}
"""State of the model -> the token of its mark, and what is said of it."""


def menu_button(text: str = "") -> QToolButton:
    button = QToolButton()
    button.setText(text)
    button.setPopupMode(QToolButton.ToolButtonPopupMode.InstantPopup)
    button.setFocusPolicy(Qt.FocusPolicy.TabFocus)
    button.setIconSize(QSize(14, 14))
    return button


class TopBar(QWidget):
    """menus: what the button at the left opens. project_actions: what the project's own menu holds."""

    def __init__(
        self,
        state: State,
        menus: Sequence[QMenu],
        project_actions: Sequence[QAction],
        export: QAction,
        palette: Palette,
    ) -> None:
        super().__init__()
        self.setObjectName("topBar")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self._state = state
        self.main = menu_button()
        self.main.setObjectName("menuButton")
        self.main.setAccessibleName(tr("Menu"))
        self.main.setToolTip(tr("All commands (F10)"))
        set_role(self.main, "quiet")
        all_menus = QMenu(self.main)
        for menu in menus:
            all_menus.addMenu(menu)
        self.main.setMenu(all_menus)
        brand = QLabel("tvau-studio")
        brand.setObjectName("brand")
        self.project = menu_button()
        self.project.setObjectName("projectButton")
        self.project.setLayoutDirection(Qt.LayoutDirection.RightToLeft)  # the arrow stands behind the name
        self.project.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextBesideIcon)
        project_menu = QMenu(self.project)
        project_menu.addActions(list(project_actions))
        self.project.setMenu(project_menu)
        self.counts = QLabel()
        set_role(self.counts, "muted")
        self.palette_field = palette
        self.model = menu_button()
        self.model.setObjectName("modelLabel")
        self.model.setAccessibleName(tr("Model"))
        self.model.setIconSize(QSize(9, 9))
        self.model.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextBesideIcon)
        self.model.clicked.connect(self.show_models)
        self.export = QToolButton()
        self.export.setText(tr("Export…"))
        self.export.setToolTip(tr("Write labels to a file (Ctrl+E)"))
        self.export.clicked.connect(export.trigger)
        export.enabledChanged.connect(self.export.setEnabled)
        self.export.setFocusPolicy(Qt.FocusPolicy.TabFocus)

        row = QHBoxLayout(self)
        row.setContentsMargins(8, 6, 12, 6)
        row.setSpacing(8)
        left, right = QHBoxLayout(), QHBoxLayout()
        for widget in (self.main, brand, self.project, self.counts):
            left.addWidget(widget)
        left.addStretch(1)
        right.addStretch(1)
        right.addWidget(self.model)
        right.addWidget(self.export)
        row.addLayout(left, 1)
        row.addWidget(palette)
        row.addLayout(right, 1)

        workspace = state.workspace
        workspace.projectChanged.connect(self._show_project)
        workspace.clipsChanged.connect(self._show_project)
        workspace.modelChanged.connect(self._show_model)
        state.theme.changed.connect(self._show_icons)
        self._show_project()
        self._show_icons()

    def _show_project(self) -> None:
        workspace = self._state.workspace
        self.project.setText(workspace.name or tr("No project"))
        self.project.setAccessibleName(
            tr("Project {name}", name=workspace.name) if workspace.name else tr("No project")
        )
        clips = workspace.clips
        if not workspace.name:
            self.counts.setText("")
            return
        done = clips.states["accepted"]
        reviewed = " · " + tr("{n} % accepted", n=round(100 * done / len(clips))) if clips else ""
        self.counts.setText(counted(len(clips), tr("clip"), tr("clips")) + reviewed)

    def _show_icons(self) -> None:
        theme = self._state.theme
        self.main.setIcon(theme.icon("menu"))
        self.project.setIcon(theme.icon("chevron-down", theme.tokens.muted))
        self._show_model()

    def _show_model(self) -> None:
        workspace, theme = self._state.workspace, self._state.theme
        token, words = _STATES[workspace.model_state]
        device = self._state.studio.models.device
        where = "" if workspace.model_state in ("none", "failed") or device == "auto" else f" · {device.upper()}"
        missing = {"none": tr("not installed"), "failed": tr("failed"), "loading": tr("loading…")}
        state = missing.get(workspace.model_state)
        self.model.setText(f" {workspace.model_name}{where}{f' · {state}' if state else ''}")
        self.model.setIcon(theme.icon("circle", getattr(theme.tokens, token), filled=True))
        tip = tr(words, model=workspace.model_name) + tr(".")
        more = workspace.model_error or self._state.studio.models.note
        self.model.setToolTip(f"{tip}\n{more}" if more else tip)
        self.model.setAccessibleDescription(tip)

    def show_models(self) -> None:
        """The models of this machine: which is used, what each is, what it takes."""
        from tvau_studio.gui.dialogs.models import ModelsDialog

        ModelsDialog(self.window(), self._state).show()
